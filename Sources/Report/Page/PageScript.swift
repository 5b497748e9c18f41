/// Script of the page, which shows audio and spectrograms of the chosen clip and condition.
enum PageScript {
  /// Text of `Resources/page.js`.
  static let text = String(decoding: PackageResources.page_js, as: UTF8.self)
}
