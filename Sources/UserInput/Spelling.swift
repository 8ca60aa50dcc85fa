/// Suggestions for misspelt names.
public enum Spelling {
  /// Those of `names` that `word` may have been meant for, the nearest first, at most three.
  ///
  /// A name qualifies when a third of its letters or fewer (at least two) must be inserted, removed or replaced, letter
  /// case aside, or when one of the two contains the other. Ties are in the order of the names.
  public static func nearest(to word: String, in names: [String]) -> [String] {
    let word = word.lowercased()
    let candidates = names.compactMap { name -> (distance: Int, name: String)? in
      let lowercased = name.lowercased()
      let distance = edits(Array(word), Array(lowercased))
      let contained = word.count > 2 && (lowercased.contains(word) || word.contains(lowercased))
      guard distance <= max(2, lowercased.count / 3) || contained else { return nil }
      return (distance, name)
    }
    return candidates.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
  }

  /// The smallest number of insertions, removals and replacements between two words.
  ///
  /// Source: R. A. Wagner, M. J. Fischer, The string-to-string correction problem, Journal of the ACM 21(1), 1974,
  /// doi:10.1145/321796.321811.
  private static func edits(_ left: [Character], _ right: [Character]) -> Int {
    var previous = Array(0...right.count)
    for (row, character) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = previous[column] + (character == other ? 0 : 1)
        current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[right.count]
  }
}
