import MILRecords

/// A diagram of the share of positive bags against a model's probability, bin by bin.
///
/// Source: A. Niculescu-Mizil, R. Caruana, Predicting good probabilities with supervised learning, ICML 2005,
/// doi:10.1145/1102351.1102430.
struct ReliabilityDiagram {
  /// A description of the figure for readers who cannot see it.
  var title: String
  /// The bins, over all repetitions.
  var calibration: Calibration
  /// The number of repetitions, each of which has every bag once.
  var repeats: Int

  /// Returns Wilson's 95 % interval of a bin's share of positive bags, for its number of bags in one repetition.
  func interval(_ bin: Calibration.Bin) -> ClosedRange<Double>? {
    let bags = max(1, Int((Double(bin.bags) / Double(max(repeats, 1))).rounded()))
    return bin.share.flatMap { BinomialError.wilsonInterval(accuracy: $0, bags: bags) }
  }

  /// The figure.
  var svg: String {
    let square = UnitSquare(left: 62, top: 24, size: 440)
    var drawing = Drawing(width: 520, height: square.bottom + 48, title: title)
    let most = Double(max(1, calibration.bins.map(\.bags).max() ?? 0))
    let width = square.size / Double(Calibration.binCount)
    for (index, bin) in calibration.bins.enumerated() where bin.bags > 0 {
      let height = 0.2 * square.size * Double(bin.bags) / most
      drawing.rectangle(
        square.left + Double(index) * width + 2, square.bottom - height, width - 4, height, .faint, opacity: 0.3)
    }
    square.draw(into: &drawing, axes: ("mean probability of a bin", "share of positive bags"))
    var points: [(x: Double, y: Double)] = []
    for bin in calibration.bins {
      guard let probability = bin.probability, let share = bin.share, let bounds = interval(bin) else { continue }
      let place = (x: square.x(probability), y: square.y(share))
      drawing.line(place.x, square.y(bounds.lowerBound), place.x, square.y(bounds.upperBound), .series(0), width: 1.2)
      points.append(place)
    }
    drawing.polyline(points, .series(0))
    for point in points { drawing.mark(0, point.x, point.y) }
    return drawing.svg
  }
}
