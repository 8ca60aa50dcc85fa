/// Suggestions for misspelt names.
package enum Spelling {
  /// Whether a word is `name` with one or two letters inserted, removed, replaced or swapped; neither may contain the
  /// other.
  package static func isMisspelt(_ word: String, of name: String) -> Bool {
    let (left, right) = (word.lowercased(), name.lowercased())
    guard left != right, !left.contains(right), !right.contains(left),
      left.filter(\.isNumber) == right.filter(\.isNumber)
    else { return false }
    return edits(Array(left.prefix(64)), Array(right.prefix(64))) <= (right.count < 6 ? 1 : 2)
  }

  /// Returns those of `names` that `word` may stand for, nearest first, at most three.
  ///
  /// A name qualifies in either of two cases:
  ///
  /// - At most a third of its letters (two are always allowed) must be inserted, removed, replaced or swapped with
  ///   their neighbour, ignoring case.
  /// - One of the two contains the other.
  ///
  /// A name much farther than the nearest is left out. Ties are in the order of the names.
  package static func nearest(to word: String, in names: [String]) -> [String] {
    // A word of hundreds of letters is not a misspelling, and a comparison takes time proportional to the product of
    // the lengths.
    let word = String(word.lowercased().prefix(64))
    let candidates = names.compactMap { name -> (distance: Int, edits: Int, name: String)? in
      let lowercased = String(name.lowercased().prefix(64))
      let edits = edits(Array(word), Array(lowercased))
      let isPart = word.count > 2 && (lowercased.contains(word) || word.contains(lowercased))
      if isPart { return (min(edits, 1), edits, name) }
      return edits <= max(2, lowercased.count / 3) ? (edits, edits, name) : nil
    }.sorted { ($0.distance, $0.edits, $0.name) < ($1.distance, $1.edits, $1.name) }
    guard let best = candidates.first?.distance else { return [] }
    let limit = max(best, min(word.count / 3, best + 1))
    return candidates.prefix { $0.distance <= limit }.prefix(3).map(\.name)
  }

  /// Returns the smallest number of insertions, removals, replacements and swaps of neighbours between two words.
  ///
  /// No part is changed twice.
  ///
  /// Source: R. Lowrance, R. A. Wagner, An extension of the string-to-string correction problem, Journal of the ACM
  /// 22(2), 1975, doi:10.1145/321879.321880.
  private static func edits(_ left: [Character], _ right: [Character]) -> Int {
    var older = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for (row, character) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = previous[column] + (character == other ? 0 : 1)
        var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
          best = min(best, older[column - 1] + 1)
        }
        current.append(best)
      }
      (older, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
