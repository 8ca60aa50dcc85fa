import Foundation
import UserInput

/// Reads the lines of trials in the form that this program writes, many times as fast as a general JSON reader.
struct TrialRecordReader {
  /// The values that lines share.
  struct Shared {
    var texts = SharedValues<String>()
    var readings = SharedValues<[ReadDecision]>()
    var notes = SharedValues<[String: String]>()
    var choices = SharedValues<[String: ChosenValue]>()
    var instances = SharedValues<InstanceResult>()
    var names = SharedValues<[String]>()
  }

  private typealias Read = (inout LineParser, inout Shared, inout TrialRecord) -> Bool

  /// A member of the object: its key with quotes and colon, whether every record has it, and its reader.
  private struct Field {
    let key: [UInt8]
    let isRequired: Bool
    let read: Read

    init(_ name: String, isRequired: Bool = true, _ read: @escaping Read) {
      (key, self.isRequired, self.read) = (Array("\"\(name)\":".utf8), isRequired, read)
    }
  }

  private var shared = Shared()
  private let fields = Self.fields

  /// Returns the record of a line without its newline; nil for a line in another form.
  mutating func record(_ line: Data) -> TrialRecord? {
    line.withUnsafeBytes { read($0.bindMemory(to: UInt8.self)) }
  }

  private mutating func read(_ line: UnsafeBufferPointer<UInt8>) -> TrialRecord? {
    var parser = LineParser(line)
    guard parser.take(UInt8(ascii: "{")) else { return nil }
    if parser.take(Self.checksum) {
      guard parser.text() != nil, parser.take(UInt8(ascii: ",")) else { return nil }
    }
    var record = Self.empty
    // Keys are sorted, so each search starts after the last.
    for field in fields {
      guard parser.take(field.key) else {
        if field.isRequired { return nil }
        continue
      }
      guard field.read(&parser, &shared, &record) else { return nil }
      if parser.take(UInt8(ascii: "}")) { break }
      guard parser.take(UInt8(ascii: ",")) else { return nil }
    }
    // The version is required and comes last, so it shows that the last fields were read.
    return parser.isAtEnd && !record.version.isEmpty ? record : nil
  }

  private static let checksum = Array("\"crc32\":".utf8)

  private static let empty = TrialRecord(
    experiment: "", dataset: "", dataHash: "", model: "", configuration: "", protocol: "", protocolSettings: "",
    repetition: 0, fold: 0, foldsHash: "", status: .failed, seed: "", version: "", core: "")

  private static func text(_ path: @escaping (inout TrialRecord, String) -> Void) -> Read {
    { parser, shared, record in
      guard let value = parser.text(&shared.texts) else { return false }
      path(&record, value)
      return true
    }
  }

  private static func own<Value>(
    _ read: @escaping (inout LineParser) -> Value?, _ set: @escaping (inout TrialRecord, Value) -> Void
  ) -> Read {
    { parser, _, record in
      guard let value = read(&parser) else { return false }
      set(&record, value)
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
      Field("bags", own(integers) { $0.bags = $1 }),
      Field("called", isRequired: false, own(integers) { $0.called = $1 }),
      Field("chosen", isRequired: false) { parser, shared, record in
        record.chosen = parser.value(&shared.choices)
        return record.chosen != nil
      },
      Field("classNames", isRequired: false) { parser, shared, record in
        record.classNames = parser.value(&shared.names)
        return record.classNames != nil
      },
      Field("code", isRequired: false, text { $0.code = $1 }),
      Field("configuration", text { $0.configuration = $1 }),
      Field("core", text { $0.core = $1 }),
      Field("correctByEpoch", own(integers) { $0.correctByEpoch = $1 }),
      Field("dataHash", text { $0.dataHash = $1 }),
      Field("dataset", text { $0.dataset = $1 }),
      Field("ended", isRequired: false, own({ $0.double() }) { $0.ended = $1 }),
      Field("events", isRequired: false, own({ $0.list { $0.bool() } }) { $0.events = $1 }),
      Field("experiment", text { $0.experiment = $1 }),
      Field("family", isRequired: false, text { $0.family = $1 }),
      Field("fold", own({ $0.integer() }) { $0.fold = $1 }),
      Field("foldsHash", text { $0.foldsHash = $1 }),
      Field("foldsSource", isRequired: false, text { $0.foldsSource = $1 }),
      Field("format", own({ $0.integer() }) { $0.format = $1 }),
      Field("instances", isRequired: false) { parser, shared, record in
        record.instances = parser.value(&shared.instances)
        return record.instances != nil
      },
      Field("labels", own(integers) { $0.labels = $1 }),
      Field("lossByEpoch", own({ $0.list { $0.float() } }) { $0.lossByEpoch = $1 }),
      Field("message", isRequired: false, text { $0.message = $1 }),
      Field("metric", isRequired: false, text { $0.metric = $1 }),
      Field("model", text { $0.model = $1 }),
    ]
  }

  /// The fields whose keys begin with later letters.
  private static var fieldsFromN: [Field] {
    [
      Field("notes") { parser, shared, record in
        guard let notes = parser.value(&shared.notes) else { return false }
        record.notes = notes
        return true
      },
      Field("numbers", isRequired: false, own(doubles) { $0.numbers = $1 }),
      Field("outputs", isRequired: false, own({ $0.list { doubles(&$0) } }) { $0.outputs = $1 }),
      Field("parameters", own({ $0.integer() }) { $0.parameters = $1 }),
      Field("protocol", text { $0.protocol = $1 }),
      Field("protocolSettings", text { $0.protocolSettings = $1 }),
      Field("reading", isRequired: false) { parser, shared, record in
        record.reading = parser.value(&shared.readings)
        return record.reading != nil
      },
      Field("recipe", isRequired: false, text { $0.recipe = $1 }),
      Field("repetition", own({ $0.integer() }) { $0.repetition = $1 }),
      Field("scores", own(doubles) { $0.scores = $1 }),
      Field("scoresAreProbabilities", own({ $0.bool() }) { $0.scoresAreProbabilities = $1 }),
      Field("scoringSeconds", own({ $0.double() }) { $0.scoringSeconds = $1 }),
      Field("seconds", own({ $0.double() }) { $0.seconds = $1 }),
      Field("seed", own({ $0.text() }) { $0.seed = $1 }),
      Field("seedName", isRequired: false, text { $0.seedName = $1 }),
      Field("status") { parser, shared, record in
        guard let status = parser.text(&shared.texts).flatMap(TrialStatus.init) else { return false }
        record.status = status
        return true
      },
      Field("steps", own({ $0.integer() }) { $0.steps = $1 }),
      Field("task", isRequired: false, text { $0.task = $1 }),
      Field("threshold", own({ $0.double() }) { $0.threshold = $1 }),
      Field("times", isRequired: false, own(doubles) { $0.times = $1 }),
      Field("title", isRequired: false, text { $0.title = $1 }),
      Field("trainingBags", isRequired: false, own({ $0.integer() }) { $0.trainingBags = $1 }),
      Field("trainingPositives", isRequired: false, own({ $0.integer() }) { $0.trainingPositives = $1 }),
      Field("valueByEpoch", isRequired: false, own(doubles) { $0.valueByEpoch = $1 }),
      Field("version", text { $0.version = $1 }),
    ]
  }
}
