/// Record of the occupied areas of a plot, which finds free places for labels.
struct LabelRoom {
  private struct Box {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    func overlaps(_ other: Box) -> Bool {
      x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }
  }

  private let bounds: Box
  private var taken: [Box] = []

  init(left: Double, top: Double, right: Double, bottom: Double) {
    bounds = Box(x: left, y: top, width: right - left, height: bottom - top)
  }

  mutating func occupy(x: Double, y: Double, width: Double, height: Double) {
    taken.append(Box(x: x, y: y, width: width, height: height))
  }

  /// Occupies at most 201 squares along a line. The squares are 4 units wide. Along the longer of the two directions,
  /// their centres are about 6 units apart, or farther on a line of more than 1 200 units.
  mutating func occupyLine(from start: (Double, Double), to end: (Double, Double)) {
    let length = max(abs(end.0 - start.0), abs(end.1 - start.1))
    guard length.isFinite else { return }
    let steps = Int(max(1, min(200, length / 6)))
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      let (x, y) = (start.0 + (end.0 - start.0) * share, start.1 + (end.1 - start.1) * share)
      occupy(x: x - 2, y: y - 2, width: 4, height: 4)
    }
  }

  /// Finds and occupies a free place for a label near a point.
  ///
  /// - Parameters:
  ///   - width: Width of the label in units of the drawing.
  ///   - height: Height of the label in units of the drawing.
  ///   - point: Point that the label belongs to.
  /// - Returns: Upper left corner of the label; nil where none of the 16 tried places is free and inside the plot.
  mutating func place(width: Double, height: Double, around point: (x: Double, y: Double)) -> (x: Double, y: Double)? {
    let (x, y) = point
    var candidates: [(left: Double, top: Double)] = []
    for gap in [7.0, 12] {
      let (right, left, centred) = (x + gap, x - width - gap, x - width / 2)
      let (above, below) = (y - height - gap, y + gap)
      candidates += [(right, above + 2), (left, above + 2), (centred, above)]
      candidates += [(right, below - 2), (left, below - 2), (centred, below)]
      candidates += [(right + 1, y - height / 2), (left - 1, y - height / 2)]
    }
    for (left, top) in candidates {
      let box = Box(x: left, y: top, width: width, height: height)
      let isInside =
        left >= bounds.x && top >= bounds.y && left + width <= bounds.x + bounds.width
        && top + height <= bounds.y + bounds.height
      if isInside, !taken.contains(where: box.overlaps) {
        taken.append(box)
        return (left, top)
      }
    }
    return nil
  }
}
