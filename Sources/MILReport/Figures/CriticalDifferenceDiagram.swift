/// Models on a line by their average rank; thick bars join those without a significant difference.
///
/// Source of the form: J. Demsar, Statistical comparisons of classifiers over multiple data sets, Journal of Machine
/// Learning Research 7, 2006, pp. 1-30. Deviation: bars join models by the adjusted p-values of pairwise tests, as A.
/// Benavoli, G. Corani, F. Mangili argue (Should we really use post-hoc tests based on mean-ranks?, JMLR 17(5), 2016),
/// instead of one critical distance.
package struct CriticalDifferenceDiagram: Sendable {
  /// The description of the figure for readers who cannot see it.
  package var title: String
  /// The models and their average ranks, 1 the best.
  package var models: [(name: String, rank: Double)]
  /// The groups without a significant difference, by indices in ``models``.
  package var groups: [[Int]]

  /// Creates a diagram from its parts.
  package init(title: String, models: [(name: String, rank: Double)], groups: [[Int]]) {
    self.title = title
    self.models = models
    self.groups = groups
  }

  /// The figure as SVG.
  package var svg: String {
    let order = models.indices.sorted { (models[$0].rank, models[$0].name) < (models[$1].rank, models[$1].name) }
    let half = (order.count + 1) / 2
    let widths = order.map { TextWidth.of(text(of: $0)) }
    let (leftWidth, rightWidth) = (widths.prefix(half).reduce(0, max), widths.dropFirst(half).reduce(0, max))
    let (start, end) = (leftWidth + 40, leftWidth + 40 + 360)
    let bars = levels()
    let axis = 34.0
    let firstLabel = axis + 20 + Double(bars.count) * 8
    let height = firstLabel + Double(half) * 20 + 8
    var drawing = Drawing(width: end + 40 + rightWidth, height: height, title: title)
    let highest = max(Double(models.count), 2)
    func x(_ rank: Double) -> Double { start + (rank - 1) / (highest - 1) * (end - start) }
    drawing.line(start, axis, end, axis, .ink)
    for rank in 1...Int(highest) {
      drawing.line(x(Double(rank)), axis - 5, x(Double(rank)), axis, .ink)
      drawing.text("\(rank)", x(Double(rank)), axis - 9, anchor: .middle)
    }
    for (place, index) in order.enumerated() {
      let isLeft = place < half
      let row = Double(isLeft ? place : order.count - 1 - place)
      let y = firstLabel + row * 20 + 10
      let rank = x(models[index].rank)
      drawing.polyline([(rank, axis), (rank, y), (isLeft ? start - 28 : end + 28, y)], .ink, width: 1)
      drawing.text(text(of: index), isLeft ? start - 32 : end + 32, y + 4, anchor: isLeft ? .end : .start)
    }
    for (level, groups) in bars.enumerated() {
      for group in groups {
        let ranks = group.map { models[$0].rank }
        let y = axis + 9 + Double(level) * 8
        drawing.line(x(ranks.min() ?? 1) - 4, y, x(ranks.max() ?? 1) + 4, y, .series(0), width: 4)
      }
    }
    return drawing.svg
  }

  private func text(of index: Int) -> String {
    "\(models[index].name) (\(NumberText.plain(models[index].rank, decimals: 2)))"
  }

  /// Returns the groups of two or more; groups that would touch are on different levels.
  private func levels() -> [[[Int]]] {
    var levels: [[[Int]]] = []
    func range(_ group: [Int]) -> ClosedRange<Double> {
      let ranks = group.map { models[$0].rank }
      return (ranks.min() ?? 0) - 0.15...(ranks.max() ?? 0) + 0.15
    }
    for group in groups.filter({ $0.count > 1 }).sorted(by: { range($0).lowerBound < range($1).lowerBound }) {
      if let free = levels.firstIndex(where: { $0.allSatisfy { !range($0).overlaps(range(group)) } }) {
        levels[free].append(group)
      } else {
        levels.append([group])
      }
    }
    return levels
  }
}
