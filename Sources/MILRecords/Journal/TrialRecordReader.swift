import Foundation
import UserInput

/// Reads the lines of trials in the form that this program writes, many times as fast as a general JSON reader.
struct TrialRecordReader {
  /// The values that lines share.
  private struct Common {
    var texts = SharedValues<String>()
    var readings = SharedValues<[ReadDecision]>()
    var notes = SharedValues<[String: String]>()
    var choices = SharedValues<[String: ChosenValue]>()
    var instances = SharedValues<InstanceResult>()
    var names = SharedValues<[String]>()
    var folds = SharedValues<[Int]>()
    var counts = SharedValues<[Int]>()
    var origins = SharedOrigins()
  }

  /// The parts of a record while its line is read.
  private struct Parts {
    var origin = TrialOrigin(
      experiment: "", dataset: "", dataHash: "", model: "", configuration: "", protocol: "", protocolSettings: "",
      repetition: 0, foldsHash: "", version: "", core: "")
    var result = TrialResult(fold: 0, status: .failed, seed: "")
  }

  private typealias Read = (inout LineParser, inout Common, inout Parts) -> Bool

  /// A member of the object: its key with quotes and colon, whether every record has it, and its reader.
  private struct Field {
    let key: [UInt8]
    let isRequired: Bool
    let read: Read

    init(_ name: String, isRequired: Bool = true, _ read: @escaping Read) {
      (key, self.isRequired, self.read) = (Array("\"\(name)\":".utf8), isRequired, read)
    }
  }

  private var common = Common()
  private let fields = Self.fields

  /// Returns the record of a line without its newline; nil for a line in another form.
  mutating func record(_ line: Data) -> TrialRecord? {
    line.withUnsafeBytes { read($0.bindMemory(to: UInt8.self)) }
  }

  /// Returns the record of another reader, which shares its origin with the records of this one.
  mutating func sharing(_ record: TrialRecord) -> TrialRecord {
    record.sharing(common.origins.shared(record.origin.value))
  }

  private mutating func read(_ line: UnsafeBufferPointer<UInt8>) -> TrialRecord? {
    var parser = LineParser(line)
    guard parser.take(UInt8(ascii: "{")) else { return nil }
    if parser.take(Self.checksum) {
      guard parser.text() != nil, parser.take(UInt8(ascii: ",")) else { return nil }
    }
    var parts = Parts()
    // Keys are sorted, so each search starts after the last.
    for field in fields {
      guard parser.take(field.key) else {
        if field.isRequired { return nil }
        continue
      }
      guard field.read(&parser, &common, &parts) else { return nil }
      if parser.take(UInt8(ascii: "}")) { break }
      guard parser.take(UInt8(ascii: ",")) else { return nil }
    }
    // The version is required and comes last, so it shows that the last fields were read.
    guard parser.isAtEnd, !parts.origin.version.isEmpty else { return nil }
    return TrialRecord(common.origins.shared(parts.origin), Shared(parts.result))
  }

  private static let checksum = Array("\"crc32\":".utf8)

  private static func text(_ set: @escaping (inout Parts, String) -> Void) -> Read {
    { parser, common, parts in
      guard let value = parser.text(&common.texts) else { return false }
      set(&parts, value)
      return true
    }
  }

  private static func own<Value>(
    _ read: @escaping (inout LineParser) -> Value?, _ set: @escaping (inout Parts, Value) -> Void
  ) -> Read {
    { parser, _, parts in
      guard let value = read(&parser) else { return false }
      set(&parts, value)
      return true
    }
  }

  /// Reads the bags of a fold or their labels, which the lines of other models share.
  private static func ofFold(_ set: @escaping (inout Parts, [Int]) -> Void) -> Read {
    { parser, common, parts in
      guard let value = parser.integers(&common.folds) else { return false }
      set(&parts, value)
      return true
    }
  }

  private static func integers(_ parser: inout LineParser) -> [Int]? { parser.list { $0.integer() } }
  private static func doubles(_ parser: inout LineParser) -> [Double]? { parser.list { $0.double() } }

  /// All members, in the order of their keys.
  private static var fields: [Field] { fieldsToM + fieldsFromN }

  /// The fields whose keys begin with the letters up to m.
  private static var fieldsToM: [Field] {
    [
      Field("bags", ofFold { $0.result.bags = $1 }),
      Field("called", isRequired: false, own(integers) { $0.result.called = $1 }),
      Field("chosen", isRequired: false) { parser, common, parts in
        parts.result.chosen = parser.value(&common.choices)
        return parts.result.chosen != nil
      },
      Field("classNames", isRequired: false) { parser, common, parts in
        parts.origin.classNames = parser.value(&common.names)
        return parts.origin.classNames != nil
      },
      Field("code", isRequired: false, text { $0.origin.code = $1 }),
      Field("configuration", text { $0.origin.configuration = $1 }),
      Field("core", text { $0.origin.core = $1 }),
      Field("correctByEpoch") { parser, common, parts in
        // Counts of many epochs differ from line to line.
        guard let value = parser.integers(&common.counts, upTo: 8) else { return false }
        parts.result.correctByEpoch = value
        return true
      },
      Field("dataHash", text { $0.origin.dataHash = $1 }),
      Field("dataset", text { $0.origin.dataset = $1 }),
      Field("ended", isRequired: false, own({ $0.double() }) { $0.result.ended = $1 }),
      Field("events", isRequired: false, own({ $0.list { $0.bool() } }) { $0.result.events = $1 }),
      Field("experiment", text { $0.origin.experiment = $1 }),
      Field("family", isRequired: false, text { $0.origin.family = $1 }),
      Field("fold", own({ $0.integer() }) { $0.result.fold = $1 }),
      Field("foldsHash", text { $0.origin.foldsHash = $1 }),
      Field("foldsSource", isRequired: false, text { $0.origin.foldsSource = $1 }),
      Field("format", own({ $0.integer() }) { $0.origin.format = $1 }),
      Field("instances", isRequired: false) { parser, common, parts in
        parts.result.instances = parser.value(&common.instances)
        return parts.result.instances != nil
      },
      Field("labels", ofFold { $0.result.labels = $1 }),
      Field("lossByEpoch", own({ $0.list { $0.float() } }) { $0.result.lossByEpoch = $1 }),
      Field("message", isRequired: false, text { $0.result.message = $1 }),
      Field("metric", isRequired: false, text { $0.origin.metric = $1 }),
      Field("model", text { $0.origin.model = $1 }),
    ]
  }

  /// The fields whose keys begin with later letters.
  private static var fieldsFromN: [Field] {
    [
      Field("notes") { parser, common, parts in
        guard let notes = parser.value(&common.notes) else { return false }
        parts.result.notes = notes
        return true
      },
      Field("numbers", isRequired: false, own(doubles) { $0.result.numbers = $1 }),
      Field("outputs", isRequired: false, own({ $0.list { doubles(&$0) } }) { $0.result.outputs = $1 }),
      Field("parameters", own({ $0.integer() }) { $0.result.parameters = $1 }),
      Field("protocol", text { $0.origin.protocol = $1 }),
      Field("protocolSettings", text { $0.origin.protocolSettings = $1 }),
      Field("reading", isRequired: false) { parser, common, parts in
        parts.origin.reading = parser.value(&common.readings)
        return parts.origin.reading != nil
      },
      Field("recipe", isRequired: false, text { $0.origin.recipe = $1 }),
      Field("repetition", own({ $0.integer() }) { $0.origin.repetition = $1 }),
      Field("scores", own(doubles) { $0.result.scores = $1 }),
      Field("scoresAreProbabilities", own({ $0.bool() }) { $0.origin.scoresAreProbabilities = $1 }),
      Field("scoringSeconds", own({ $0.double() }) { $0.result.scoringSeconds = $1 }),
      Field("seconds", own({ $0.double() }) { $0.result.seconds = $1 }),
      Field("seed", own({ $0.text() }) { $0.result.seed = $1 }),
      Field("seedName", isRequired: false, text { $0.origin.seedName = $1 }),
      Field("status") { parser, common, parts in
        guard let status = parser.text(&common.texts).flatMap(TrialStatus.init) else { return false }
        parts.result.status = status
        return true
      },
      Field("steps", own({ $0.integer() }) { $0.result.steps = $1 }),
      Field("task", isRequired: false, text { $0.origin.task = $1 }),
      Field("threshold", own({ $0.double() }) { $0.result.threshold = $1 }),
      Field("times", isRequired: false, own(doubles) { $0.result.times = $1 }),
      Field("title", isRequired: false, text { $0.origin.title = $1 }),
      Field("trainingBags", isRequired: false, own({ $0.integer() }) { $0.result.trainingBags = $1 }),
      Field("trainingPositives", isRequired: false, own({ $0.integer() }) { $0.result.trainingPositives = $1 }),
      Field("valueByEpoch", isRequired: false, own(doubles) { $0.result.valueByEpoch = $1 }),
      Field("version", text { $0.origin.version = $1 }),
    ]
  }
}
