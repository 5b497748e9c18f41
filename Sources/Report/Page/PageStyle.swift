/// Style sheet of the page: system fonts, light and dark, from a telephone to a wide screen.
enum PageStyle {
  /// Text of `Resources/page.css`, with the colours of charts and spectrograms.
  static var text: String {
    """
    \(String(decoding: PackageResources.page_css, as: UTF8.self))\
    :root{--magma:\(ColourMap.magmaGradient);\(ChartColours.lightProperties)}
    @media (prefers-color-scheme:dark){:root{\(ChartColours.darkProperties)}}
    \(ChartColours.page)
    """
  }
}
