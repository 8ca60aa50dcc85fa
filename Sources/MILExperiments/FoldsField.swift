import UserInput

extension KeyedDecodingContainer {
  /// Reads the folds of an experiment: their number, or the name or file of a scheme.
  ///
  /// - Throws: an error with the field and its valid values, also for a number in quotation marks.
  func decodeFoldsIfPresent(forKey key: Key) throws -> (scheme: String?, count: Int?) {
    guard contains(key), try !decodeNil(forKey: key) else { return (nil, nil) }
    func refuse(_ problem: String) -> DecodingError {
      .dataCorrupted(DecodingError.Context(codingPath: codingPath + [key], debugDescription: problem))
    }
    if let text = try? decode(String.self, forKey: key) {
      guard Double(text) == nil else {
        throw refuse(
          "\"\(text.onOneLine(limit: 40))\" in quotation marks is the name of folds, expected a number without, as in "
            + "folds: 10")
      }
      return (text, nil)
    }
    do {
      return (nil, try decodeWholeIfPresent(Int.self, forKey: key))
    } catch DecodingError.typeMismatch {
      throw refuse("neither a number nor text there, expected a number as 10, or the name or file of folds")
    }
  }
}
