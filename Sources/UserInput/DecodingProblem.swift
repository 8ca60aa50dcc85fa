import Foundation

/// Describes a decoding error as half a sentence that starts with the key path.
///
/// If the text stops being JSON, the sentence starts with the line and column instead.
///
/// - Parameters:
///   - error: the error that the decoder threw.
///   - data: the text that it read; required for a line and column.
package func decodingProblem(_ error: any Error, in data: Data? = nil) -> String {
  switch error {
  case let error as KeyError:
    return error.description
  case DecodingError.keyNotFound(let key, let context):
    return "\(place(context.codingPath))the key \"\(key.stringValue)\" is missing"
  case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
    return "\(place(context.codingPath))no \(name(of: type)) there"
  case DecodingError.dataCorrupted(let context):
    return "\(place(context.codingPath))\(ownWords(context.debugDescription, in: data))".replacing("\n", with: " ")
  default:
    return SystemReason.text(of: error)
  }
}

/// Replaces the sentences of Foundation's own reader.
private func ownWords(_ text: String, in data: Data?) -> String {
  if text.hasPrefix("The given data was not valid JSON") {
    return data.flatMap(JSON5Fault.first) ?? "the text is no JSON"
  }
  if let found = text.firstMatch(of: /^Cannot initialize \w+ from invalid \w+ value (.*)$/) {
    return "\"\(found.1)\" is none of the values that may stand there"
  }
  if let found = text.firstMatch(of: /^Number (.*) is not representable in Swift/) {
    return "the number \(found.1) is too large or too small"
  }
  return text
}

/// A JSON object with an unknown key, most often a misspelt one.
struct KeyError: Error, CustomStringConvertible {
  let path: [any CodingKey]
  let key: String
  let expected: [String]

  /// Half a sentence that starts with the key path.
  var description: String {
    let nearest = Spelling.nearest(to: key, in: expected).first.map { "; did you mean \"\($0)\"?" } ?? ""
    return "\(place(path))unknown key \"\(key)\", expected one of \(expected.joined(separator: ", "))\(nearest)"
  }
}

extension Decoder {
  /// Returns the container of this decoder's object, in which every key must be one of `Key`.
  package func strictContainer<Key: CodingKey & CaseIterable>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<
    Key
  > {
    let expected = Key.allCases.map(\.stringValue)
    let found = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    if let key = found.first(where: { !expected.contains($0) }) {
      throw KeyError(path: codingPath, key: key, expected: expected)
    }
    return try container(keyedBy: type)
  }
}

extension KeyedDecodingContainer {
  /// Decodes one of a few words; unlike the decoder's own error, this one lists them.
  package func decodeChoiceIfPresent<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type, forKey key: Key
  ) throws -> Choice? where Choice.RawValue == String {
    guard contains(key), try !decodeNil(forKey: key) else { return nil }
    let text = try? decode(String.self, forKey: key)
    if let choice = text.flatMap(Choice.init(rawValue:)) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let near = text.flatMap { Spelling.nearest(to: $0, in: names).first }.map { "; did you mean \"\($0)\"?" } ?? ""
    throw DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: codingPath + [key],
        debugDescription: "\(text.map { "\"\($0.onOneLine(limit: 60))\"" } ?? "no text there"), expected one of "
          + names.map { "\"\($0)\"" }.joined(separator: ", ") + near))
  }

  /// Decodes one of a few words as ``decodeChoiceIfPresent(_:forKey:)`` does; a missing value is an error.
  package func decodeChoice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type, forKey key: Key
  ) throws -> Choice where Choice.RawValue == String {
    guard let choice = try decodeChoiceIfPresent(type, forKey: key) else {
      throw DecodingError.keyNotFound(
        key, DecodingError.Context(codingPath: codingPath, debugDescription: "the key is missing"))
    }
    return choice
  }

  /// Decodes a whole number; unlike the decoder's own error, this one names a number that is out of range or a
  /// fraction.
  package func decodeWholeIfPresent<Whole: FixedWidthInteger & Decodable>(
    _ type: Whole.Type, forKey key: Key
  ) throws -> Whole? {
    do {
      return try decodeIfPresent(type, forKey: key)
    } catch {
      guard let number = try? decode(Double.self, forKey: key) else { throw error }
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: codingPath + [key],
          debugDescription: "\(number), expected a whole number from \(Whole.min) to \(Whole.max)"))
    }
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { return nil }
}

/// Formats a key path as the author of the file writes it: `models[2].id: `; empty for the outermost object.
func place(_ path: [any CodingKey]) -> String {
  guard !path.isEmpty else { return "" }
  var text = ""
  for key in path {
    if let index = key.intValue {
      text += "[\(index)]"
    } else {
      text += (text.isEmpty ? "" : ".") + key.stringValue
    }
  }
  return text + ": "
}

private func name(of type: Any.Type) -> String {
  switch type {
  case is String.Type: "text"
  case is any BinaryInteger.Type: "whole number"
  case is any BinaryFloatingPoint.Type: "number"
  case is Bool.Type: "true or false"
  case is any Collection.Type: "list or object"
  default: "\(type)"
  }
}
