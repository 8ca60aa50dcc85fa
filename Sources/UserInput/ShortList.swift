/// The words of a short list on the elements that it leaves out.
package enum ListRest {
  /// That there are some: `a, b ...`.
  case dots
  /// How many there are: `a, b and 3 more`.
  case count
}

extension Collection {
  /// Lists at most `limit` elements for errors and decisions: `a, b, c`, or `a, b ...` with more of them.
  ///
  /// - Parameters:
  ///   - limit: the largest number of elements that are listed.
  ///   - rest: what the list says of the others.
  ///   - text: returns an element in words.
  package func shortList(_ limit: Int, rest: ListRest = .dots, _ text: (Element) -> String) -> String {
    let shown = prefix(limit).map(text).joined(separator: ", ")
    guard count > limit else { return shown }
    return shown + (rest == .dots ? " ..." : " and \(count - limit) more")
  }
}

extension Collection where Element == String {
  /// Lists at most `limit` texts.
  package func shortList(_ limit: Int, rest: ListRest = .dots) -> String { shortList(limit, rest: rest) { $0 } }
}
