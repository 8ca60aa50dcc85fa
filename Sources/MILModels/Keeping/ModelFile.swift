import Foundation
import MILData
import UserInput

/// The bytes of a model file.
///
/// In this order: the eight letters `MILMODEL`; the number of the layout in four bytes; the length of the header in eight;
/// the header, JSON in UTF-8 with what is to be known of the model and the name, kind and shape of each array; the
/// elements of the arrays, in the order of the header; and the SHA-256 digest of all this as 64 hexadecimal digits.
/// Numbers outside the header are stored with the lowest byte first, floating-point numbers by their IEEE 754 bits, so
/// that a file means the same on every machine. Texts stand in the header.
public enum ModelFile {
  /// The number of the layout that this code writes and reads.
  public static let currentFormat: UInt32 = 1
  /// The name extension of model files.
  public static let pathExtension = "mil"

  private static let signature = Array("MILMODEL".utf8)
  private static let fixedLength = 8 + 4 + 8
  private static let digestLength = 64
  private static let stateName = "state"
  private static let standardisationName = "standardisation"

  /// Whether a content is that of a model file, whole or not.
  public static func isModel(_ content: Data) -> Bool { content.starts(with: signature) }

  private enum Kind: String, Codable {
    case float32, float64, int64, text

    /// The number of bytes of an element outside the header.
    var width: Int {
      switch self {
      case .float32: 4
      case .float64, .int64: 8
      case .text: 0
      }
    }
  }

  private struct Layout: Codable {
    var name: String
    var kind: Kind
    var rows: Int
    var columns: Int
    var texts: [String]?
  }

  private struct Header: Codable {
    var description: KeptModel.Description
    var arrays: [Layout]
  }

  // MARK: - Writing

  /// The bytes that keep a model.
  ///
  /// - Throws: ``ModelError`` for a model that has not been fitted or cannot be kept.
  public static func bytes(of model: KeptModel) throws -> [UInt8] {
    var whole = ModelState(featureCount: model.description.features)
    whole.add(try model.classifier.fittedState(), under: stateName)
    if let standardiser = model.standardiser {
      whole.set("\(standardisationName).shift", to: standardiser.shift)
      whole.set("\(standardisationName).divisor", to: standardiser.divisor)
      if let fill = standardiser.fill { whole.set("\(standardisationName).fill", to: fill) }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let header = try encoder.encode(Header(description: model.description, arrays: whole.entries.map(layout)))
    var bytes = signature
    append(currentFormat, to: &bytes)
    append(UInt64(header.count), to: &bytes)
    bytes += header
    for entry in whole.entries {
      switch entry.values {
      case .floats(let values): for value in values { append(value.bitPattern, to: &bytes) }
      case .doubles(let values): for value in values { append(value.bitPattern, to: &bytes) }
      case .integers(let values): for value in values { append(Int64(value), to: &bytes) }
      case .texts: break
      }
    }
    return bytes + Array(SHA256.hexDigest(of: bytes).utf8)
  }

  private static func layout(_ entry: ModelState.Entry) -> Layout {
    var layout = Layout(name: entry.name, kind: .text, rows: entry.rows, columns: entry.columns)
    switch entry.values {
    case .floats: layout.kind = .float32
    case .doubles: layout.kind = .float64
    case .integers: layout.kind = .int64
    case .texts(let texts): layout.texts = texts
    }
    return layout
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  // MARK: - Reading

  /// The model that the bytes of a file keep, of those that a registry knows.
  ///
  /// - Throws: ``ModelError``, with what was found and what was expected, for bytes that are no model file, are of a newer
  ///   layout, were changed or cut short, or keep a model that the registry does not have as it was.
  public static func model(in bytes: [UInt8], registry: ModelRegistry) throws -> KeptModel {
    let (description, whole) = try contents(of: bytes)
    var standardiser: Standardiser?
    if let part = try? whole.part(standardisationName) {
      let width = description.features
      standardiser = Standardiser(
        shift: try part.doubles("shift", rows: 1, columns: width).elements,
        divisor: try part.doubles("divisor", rows: 1, columns: width).elements,
        fill: part.entries.contains { $0.name == "fill" }
          ? try part.doubles("fill", rows: 1, columns: width).elements : nil
      )
    }
    let name = try ModelIdentifier(parsing: description.model).name
    let classifier = try registry.registration(named: name).makeClassifier(description.parameters)
    do {
      try classifier.restore(whole.part(stateName))
    } catch let error as ModelError {
      throw ModelError("its arrays are not those of \(description.model): \(error)")
    }
    guard classifier.decisionThreshold == description.threshold else {
      throw ModelError("its threshold is \(description.threshold), expected \(classifier.decisionThreshold)")
    }
    return KeptModel(description: description, standardiser: standardiser, classifier: classifier)
  }

  /// What a file says about its model, and all its arrays.
  private static func contents(of bytes: [UInt8]) throws -> (KeptModel.Description, ModelState) {
    guard bytes.starts(with: signature) else {
      throw ModelError("it does not begin with MILMODEL, expected a model file as 'milbench train' writes it")
    }
    let shortest = fixedLength + digestLength
    guard bytes.count >= shortest else {
      throw ModelError("it was cut short: \(bytes.count) bytes, expected at least \(shortest)")
    }
    let format: UInt32 = number(bytes[...], at: 8)
    guard format <= currentFormat else {
      throw ModelError("it is of layout \(format), expected \(currentFormat); it was written by a newer version")
    }
    let end = bytes.count - digestLength
    guard SHA256.hexDigest(of: Array(bytes[..<end])).utf8.elementsEqual(bytes[end...]) else {
      throw ModelError("it was changed or cut short: its content has another SHA-256 digest than it states")
    }
    let length: UInt64 = number(bytes[...], at: 12)
    guard format > 0, length <= UInt64(end - fixedLength) else {
      throw ModelError("its header is no header, expected a model file as 'milbench train' writes it")
    }
    let start = fixedLength + Int(length)
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(bytes[fixedLength..<start]))
    } catch {
      throw ModelError("its header cannot be read: \(decodingProblem(error))".onOneLine())
    }
    if let problem = header.description.problem { throw ModelError("its header states \(problem)".onOneLine()) }
    let entries = try entries(header.arrays, bytes[start..<end])
    return (header.description, try ModelState(featureCount: header.description.features, entries: entries))
  }

  private static func entries(_ layouts: [Layout], _ bytes: ArraySlice<UInt8>) throws -> [ModelState.Entry] {
    var next = bytes.startIndex
    let entries = try layouts.map { layout in
      let (count, isTooLarge) = layout.rows.multipliedReportingOverflow(by: layout.columns)
      let (length, isTooLong) = count.multipliedReportingOverflow(by: layout.kind.width)
      guard layout.rows >= 0, layout.columns >= 0, !isTooLarge, !isTooLong, length <= bytes.endIndex - next else {
        throw ModelError(
          "array \(layout.name) is \(layout.rows) x \(layout.columns), but \(bytes.endIndex - next) bytes are left"
            .onOneLine())
      }
      let values = try values(layout, bytes, at: next, count: count)
      next += length
      return ModelState.Entry(name: layout.name, rows: layout.rows, columns: layout.columns, values: values)
    }
    guard next == bytes.endIndex else { throw ModelError("\(bytes.endIndex - next) bytes are left after its arrays") }
    return entries
  }

  private static func values(
    _ layout: Layout, _ bytes: ArraySlice<UInt8>, at start: Int, count: Int
  ) throws -> ModelState.Values {
    let infinite = ModelError("array \(layout.name) has an element that is not a finite number".onOneLine())
    func place(_ index: Int) -> Int { start + index * layout.kind.width }
    switch layout.kind {
    case .float32:
      let values = (0..<count).map { Float(bitPattern: number(bytes, at: place($0))) }
      guard values.allSatisfy(\.isFinite) else { throw infinite }
      return .floats(values)
    case .float64:
      let values = (0..<count).map { Double(bitPattern: number(bytes, at: place($0))) }
      guard values.allSatisfy(\.isFinite) else { throw infinite }
      return .doubles(values)
    case .int64: return .integers((0..<count).map { Int(truncatingIfNeeded: number(bytes, at: place($0)) as Int64) })
    case .text: return .texts(layout.texts ?? [])
    }
  }

  /// The number whose lowest byte stands at a position; all its bytes must be there.
  private static func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, at position: Int) -> Number {
    (0..<Number.bitWidth / 8).reduce(0) { $0 | Number(truncatingIfNeeded: bytes[position + $1]) << ($1 * 8) }
  }
}
