import Containers
import Foundation
import LinearAlgebra
import MILBags
import MILRecords
import UserInput

/// The bytes of a model file, which is a safetensors file with a description in its metadata.
///
/// Arrays are matrices of type `F32`, `F64` or `I64`; the layout is that of `SafetensorsHeader`. The header's member
/// `__metadata__` contains texts: `milbench`, the format version; `description`, the description of the model, as JSON;
/// `texts`, the parts of the state that are texts, as JSON; `sha256`, the digest of the file with 64 zeros in its
/// place.
///
/// Source: the layout of safetensors, Hugging Face, <https://github.com/huggingface/safetensors>.
package enum ModelFile {
  /// The format version that this code writes and reads.
  package static let currentFormat = 1
  /// The name extension of model files.
  package static let pathExtension = "safetensors"

  private static let metadataName = "__metadata__"
  private static let stateName = "state"
  private static let standardisationName = "standardisation"
  private static let calibrationName = "calibration"
  private static let digestKey = Array("\"sha256\":\"".utf8)
  private static let noDigest = Array(repeating: UInt8(ascii: "0"), count: 64)
  /// The first bytes of files of versions before safetensors.
  private static let formerSignature = Array("MILMODEL".utf8)
  private static let expected = "expected a model file as 'milbench train' writes it"

  /// Returns whether a content is that of a model file, complete or not.
  package static func isModel(_ content: Data) -> Bool {
    content.starts(with: formerSignature)
      || content.dropFirst(8).starts(with: Array("{\"\(metadataName)\":{\"description\":".utf8))
  }

  private enum ElementType: String, CaseIterable {
    case F32, F64, I64

    /// The size of an element in bytes.
    var width: Int { self == .F32 ? 4 : 8 }
  }

  // MARK: - Writing

  /// Returns the bytes of a model file.
  ///
  /// - Throws: ``ModelError`` for a model that cannot be saved.
  package static func bytes(of model: KeptModel) throws -> [UInt8] {
    var whole = ModelState(featureCount: model.description.features)
    whole.add(try model.trained.state(), under: stateName)
    if let standardiser = model.standardiser {
      whole.set("\(standardisationName).shift", to: standardiser.shift)
      whole.set("\(standardisationName).divisor", to: standardiser.divisor)
      if let fill = standardiser.fill { whole.set("\(standardisationName).fill", to: fill) }
    }
    if let calibration = model.calibration { whole.add(calibration.state, under: calibrationName) }
    var members: [SafetensorsHeader.Entry] = []
    var texts: [String: [String]] = [:]
    var data: [UInt8] = []
    // Wide elements first, so that all are aligned to their width.
    for entry in whole.entries.filter({ !$0.isNarrow }) + whole.entries.filter(\.isNarrow) {
      let start = data.count
      let type: ElementType
      switch entry.values {
      case .floats(let values):
        type = .F32
        for value in values { append(value.bitPattern, to: &data) }
      case .doubles(let values):
        type = .F64
        for value in values { append(value.bitPattern, to: &data) }
      case .integers(let values):
        type = .I64
        for value in values { append(Int64(value), to: &data) }
      case .texts(let values):
        texts[entry.name] = values
        continue
      }
      members.append(
        SafetensorsHeader.Entry(
          name: entry.name, type: type.rawValue, shape: [entry.rows, entry.columns], bytes: start..<data.count))
    }
    let header = try SafetensorsHeader(
      entries: members,
      metadata: [
        "milbench": "\(currentFormat)", "description": try text(model.description), "texts": try text(texts),
        "sha256": String(decoding: noDigest, as: UTF8.self),
      ]
    ).encoded()
    var bytes = header + data
    guard let place = digestPlace(in: bytes[..<header.count]) else { throw ModelError.notKept }
    bytes.replaceSubrange(place, with: Array(SHA256.hexDigest(of: bytes).utf8))
    return bytes
  }

  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// Returns the position of the digest in a header; quotation marks within texts of the header have a backslash before
  /// them.
  private static func digestPlace(in header: ArraySlice<UInt8>) -> Range<Int>? {
    guard let key = header.firstRange(of: digestKey), header.endIndex - key.upperBound >= noDigest.count else {
      return nil
    }
    return key.upperBound..<(key.upperBound + noDigest.count)
  }

  // MARK: - Reading

  /// Reads a model of a registry from the bytes of a file.
  ///
  /// - Throws: ``ModelError``, with the content found and expected, for bytes that are not a model file, have a newer
  ///   format, or were changed or cut short. It is also thrown if the registry does not have the model in its saved
  ///   form.
  package static func model(in bytes: [UInt8], registry: ModelRegistry) throws -> KeptModel {
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
    let model = try registry.registration(named: name).resolved(description.parameters, id: description.model)
    let trained: TrainedModel
    do {
      var state = try whole.part(stateName)
      state.knownTasks = TaskTypes(all: registry.tasks)
      trained = try model.trained(from: state, threshold: description.threshold)
    } catch let error as ModelError {
      throw ModelError("its arrays are not those of \(description.model): \(error)")
    }
    let threshold = model.traits.scores.threshold
    guard threshold == description.threshold || model.thresholdRule != .fixed else {
      throw ModelError("its threshold is \(description.threshold), expected \(threshold)")
    }
    let (task, unnamed) = (trained.task, type(of: BagTasks.unnamed).id)
    guard description.task == BagTasks.name(of: task),
      task.targetKind != .classes || description.classNames.count == task.classCount
    else {
      throw ModelError(
        "its header states the task \(description.task ?? unnamed) of \(description.classNames.count) classes, its arrays are of "
          + "\(type(of: task).id) with \(task.classCount)")
    }
    let calibration = try (try? whole.part(calibrationName)).map { try ScoreCalibration($0) }
    guard calibration == nil || trained.task.targetKind == .twoClasses else {
      throw ModelError("it has a calibration of scores, expected two classes then")
    }
    return KeptModel(description: description, standardiser: standardiser, trained: trained, calibration: calibration)
  }

  /// Reads the description of a file's model, and all its arrays.
  private static func contents(of bytes: [UInt8]) throws -> (KeptModel.Description, ModelState) {
    if bytes.starts(with: formerSignature) {
      throw ModelError("it is of a version before safetensors; train the model again, expected a safetensors file")
    }
    let header = try header(of: bytes)
    guard let metadata = header.metadata, let milbench = metadata["milbench"],
      let described = metadata["description"], let words = metadata["texts"], let digest = metadata["sha256"]
    else { throw ModelError("its header describes no model, \(expected)") }
    guard let format = Int(milbench), format > 0, format <= currentFormat else {
      throw ModelError(
        "it is of layout \(milbench), expected \(currentFormat); it was written by a newer version".onOneLine())
    }
    try checkDigest(digest, bytes, header: 8..<header.dataStart)
    let (description, texts): (KeptModel.Description, [String: [String]])
    do {
      description = try JSONDecoder().decode(KeptModel.Description.self, from: Data(described.utf8))
      texts = try JSONDecoder().decode([String: [String]].self, from: Data(words.utf8))
    } catch {
      throw ModelError("its description cannot be read: \(decodingProblem(error))".onOneLine())
    }
    if let problem = description.problem { throw ModelError("its header states \(problem)".onOneLine()) }
    let entries = try entries(header, bytes)
    let lists = texts.sorted { $0.key < $1.key }.map {
      ModelState.Entry(name: $0.key, rows: 1, columns: $0.value.count, values: .texts($0.value))
    }
    return (description, try ModelState(featureCount: description.features, entries: entries + lists))
  }

  private static func checkDigest(_ digest: String, _ bytes: [UInt8], header: Range<Int>) throws {
    var content = bytes
    if let place = digestPlace(in: bytes[header]) { content.replaceSubrange(place, with: noDigest) }
    guard SHA256.hexDigest(of: content) == digest else {
      throw ModelError("it was changed or cut short: its content has another SHA-256 digest than it states")
    }
  }

  private static func header(of bytes: [UInt8]) throws -> SafetensorsHeader {
    do {
      return try SafetensorsHeader(bytes)
    } catch SafetensorsHeader.Problem.isNone {
      throw ModelError("it is no safetensors file, \(expected)")
    } catch SafetensorsHeader.Problem.isCutOff(let length, let count) {
      throw ModelError("it was changed or cut short: \(count) bytes, its header alone has \(length)")
    } catch SafetensorsHeader.Problem.json(let error, let json) {
      throw ModelError(
        "it was changed or cut short, or is no model file: \(decodingProblem(error, in: json)), \(expected)".onOneLine()
      )
    } catch SafetensorsHeader.Problem.place(let name, let shape, let offsets, let next) {
      throw ModelError(
        "array \(name) of shape \(shape) is at bytes \(offsets), expected it from \(next) on".onOneLine())
    } catch SafetensorsHeader.Problem.rest(let count) {
      throw ModelError("\(count) bytes are left after its arrays")
    }
  }

  private static func entries(_ header: SafetensorsHeader, _ bytes: [UInt8]) throws -> [ModelState.Entry] {
    try header.entries.map { entry in
      guard let type = ElementType(rawValue: entry.type), entry.shape.count == 2 else {
        throw ModelError(
          "array \(entry.name) is \(entry.type) of shape \(entry.shape), expected a matrix of "
            + ElementType.allCases.map(\.rawValue).joined(separator: ", "))
      }
      let values = try values(
        entry.name, type, bytes[...], at: header.dataStart + entry.bytes.lowerBound,
        count: entry.bytes.count / type.width)
      return ModelState.Entry(name: entry.name, rows: entry.shape[0], columns: entry.shape[1], values: values)
    }
  }

  private static func values(
    _ name: String, _ type: ElementType, _ bytes: ArraySlice<UInt8>, at start: Int, count: Int
  ) throws -> ModelState.Values {
    let infinite = ModelError("array \(name) has an element that is not a finite number".onOneLine())
    func place(_ index: Int) -> Int { start + index * type.width }
    switch type {
    case .F32:
      let values = (0..<count).map { Float(bitPattern: number(bytes, at: place($0))) }
      guard values.allSatisfy(\.isFinite) else { throw infinite }
      return .floats(values)
    case .F64:
      let values = (0..<count).map { Double(bitPattern: number(bytes, at: place($0))) }
      guard values.allSatisfy(\.isFinite) else { throw infinite }
      return .doubles(values)
    case .I64: return .integers((0..<count).map { Int(truncatingIfNeeded: number(bytes, at: place($0)) as Int64) })
    }
  }

  /// Reads the number whose lowest byte is at a position; all its bytes must exist.
  private static func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, at position: Int) -> Number {
    (0..<Number.bitWidth / 8).reduce(0) { $0 | Number(truncatingIfNeeded: bytes[position + $1]) << ($1 * 8) }
  }
}

extension ModelState.Entry {
  /// Whether its elements have four bytes.
  fileprivate var isNarrow: Bool {
    if case .floats = values { true } else { false }
  }
}
