/// A number that JSON can hold: an infinite one is the text `inf` or `-inf`.
struct StoredNumber: Sendable, Equatable, Codable {
  let number: Double

  init(number: Double) { self.number = number }

  init(from decoder: any Decoder) throws {
    let field = try decoder.singleValueContainer()
    if let number = try? field.decode(Double.self) {
      self.number = number
      return
    }
    let text = try field.decode(String.self)
    guard let number = Double(text), !number.isNaN else {
      throw DecodingError.dataCorruptedError(in: field, debugDescription: "\(text), expected a number, inf or -inf")
    }
    self.number = number
  }

  func encode(to encoder: any Encoder) throws {
    var field = encoder.singleValueContainer()
    if number.isFinite { try field.encode(number) } else { try field.encode(number > 0 ? "inf" : "-inf") }
  }
}
