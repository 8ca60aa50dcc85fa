import Foundation

/// Reads JSON5 documents into Codable values and refuses fields that the value does not know.
public enum StrictJSON {
  /// The value in a document.
  ///
  /// A field is unknown when it is missing from the encoding of the value that was read; a misspelt optional field is
  /// found in this way too.
  ///
  /// - Parameters:
  ///   - data: the document, JSON5.
  ///   - file: its name, for errors.
  /// - Throws: ``ReadError`` with the path of the field.
  public static func decode<Value: Codable>(_ type: Value.Type, from data: Data, file: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      let value = try decoder.decode(Value.self, from: data)
      let given = try decoder.decode(Shape.self, from: data)
      let known = try decoder.decode(Shape.self, from: JSONEncoder().encode(value))
      if let (path, valid) = given.unknownField(comparedTo: known) {
        let field = path.split(separator: ".").last.map(String.init) ?? path
        throw ReadError(
          file: file, at: .field(path), found: "an unknown field",
          expected: valid.isEmpty ? "no such field" : nearestNames(to: field, in: valid).joined(separator: " or "))
      }
      return value
    } catch let error as DecodingError {
      let (path, found, expected) = error.parts
      throw ReadError(file: file, at: path.isEmpty ? nil : .field(path), found: found, expected: expected)
    } catch let error as EncodingError {
      throw ReadError(file: file, found: "\(error)", expected: "\(Value.self) as JSON5")
    }
  }

  /// The fields of a document without their values.
  private indirect enum Shape: Decodable {
    case object([String: Shape])
    case array([Shape])
    case other

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      if let fields = try? decoder.container(keyedBy: Key.self) {
        var members: [String: Shape] = [:]
        for key in fields.allKeys where try !fields.decodeNil(forKey: key) {
          members[key.stringValue] = try fields.decode(Shape.self, forKey: key)
        }
        self = .object(members)
      } else if var items = try? decoder.unkeyedContainer() {
        var members: [Shape] = []
        while !items.isAtEnd { members.append(try items.decodeNil() ? .other : items.decode(Shape.self)) }
        self = .array(members)
      } else {
        self = .other
      }
    }

    /// The first field, in alphabetical order, that `known` lacks, and the fields it has in that place.
    func unknownField(comparedTo known: Shape) -> (path: String, valid: [String])? {
      switch (self, known) {
      case (.object(let given), .object(let known)):
        for name in given.keys.sorted() {
          guard let counterpart = known[name] else { return (name, known.keys.sorted()) }
          if let (path, valid) = given[name]?.unknownField(comparedTo: counterpart) {
            return (path.hasPrefix("[") ? name + path : "\(name).\(path)", valid)
          }
        }
      case (.array(let given), .array(let known)):
        for (index, (item, counterpart)) in zip(given, known).enumerated() {
          if let (path, valid) = item.unknownField(comparedTo: counterpart) { return ("[\(index)].\(path)", valid) }
        }
      default: break
      }
      return nil
    }
  }
}
