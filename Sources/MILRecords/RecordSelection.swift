import Foundation

/// The records of journals that belong in one table, and the records that are left out of it.
///
/// A table has one content of the data for each data set, and one configuration and one protocol for each model on it.
/// It has one seed and number of folds for each way of dealing folds. It has one assignment of folds for each
/// repetition, the same for all models.
///
/// If journals hold several of these, a preferred one counts, such as that of the experiment's file. Otherwise, that of
/// the last record counts. Clocks decide nothing.
package struct RecordSelection: Sendable {
  /// One record a trial, sorted by key.
  package let records: [TrialRecord]
  /// The records that are left out, by data set, model and protocol.
  package let leftOut: [LeftOutRecords]
  /// The unavailable data sets, which have no records, with the reason.
  package let unavailable: [String: String]

  /// Selects among records.
  ///
  /// - Parameters:
  ///   - all: records in the order of the journals, at most one for each trial and its settings.
  ///   - isPreferred: whether a record has precedence over others.
  package init(_ all: [TrialRecord], isPreferred: (TrialRecord) -> Bool = { _ in false }) {
    var kept = all.filter { $0.status != .unavailable }.enumerated().map { place, record in
      Candidate(record: record, rank: place + (isPreferred(record) ? all.count : 0))
    }
    let run = Set(kept.map(\.record.dataset))
    let missing = all.filter { $0.status == .unavailable && !run.contains($0.dataset) }
    unavailable = Dictionary(missing.map { ($0.dataset, $0.message ?? "") }) { $1 }
    var losers = LeftOutRecords.Tally()
    kept.keepOne(of: { $0.record.dataHash }, for: { [$0.record.dataset] }) { loser, _ in
      losers.add(loser.record, "made from other data")
    }
    kept.keepOne(
      of: { [$0.record.configuration, $0.record.protocolSettings] },
      for: { [$0.record.dataset, $0.record.model, $0.record.protocol] }
    ) { loser, winner in losers.add(loser.record, loser.record.differences(from: winner.record)) }
    kept.keepOne(of: { $0.folds.drawn }, for: { [$0.record.dataset, $0.folds.scheme] }) { loser, winner in
      losers.add(loser.record, loser.record.differences(from: winner.record))
    }
    kept.keepOne(
      of: { $0.record.foldsHash }, for: { [$0.record.dataset, $0.folds.scheme, String($0.record.repetition)] }
    ) { loser, _ in losers.add(loser.record, "made on other folds") }
    // The code of a model may still differ; the last one counts, since folds of two builds are not one cell.
    kept.keepOne(
      of: { $0.record.code }, for: { [$0.record.dataset, $0.record.model, $0.record.protocol] }
    ) { loser, _ in losers.add(loser.record, "made by other code") }
    let last = Dictionary(kept.map { ($0.record.key, $0) }) { $0.rank > $1.rank ? $0 : $1 }
    for candidate in kept where last[candidate.record.key]?.rank != candidate.rank {
      losers.add(candidate.record, "made by other code")
    }
    records = last.values.map(\.record).sorted { $0.key < $1.key }
    leftOut = losers.sorted
  }

  /// Counts records whose settings differ from those that a run would record now.
  package static func outdated(_ pairs: [(record: TrialRecord, now: TrialRecord)]) -> [LeftOutRecords] {
    var tally = LeftOutRecords.Tally()
    for (record, now) in pairs { tally.add(record, record.differences(from: now)) }
    return tally.sorted
  }
}

extension JournalSet<TrialRecord> {
  /// The ids of the models with records.
  package var models: Set<String> { Set(union.map(\.model)) }

  /// The records that belong together, one for each trial, sorted by key.
  package var selected: [TrialRecord] { RecordSelection(union).records }
}

/// A candidate record for a table.
private struct Candidate {
  let record: TrialRecord
  /// The precedence, larger first; unique.
  let rank: Int
  /// The way of dealing bags into folds, and its seed and number of folds.
  let folds: (scheme: String, drawn: String)

  init(record: TrialRecord, rank: Int) {
    (self.record, self.rank) = (record, rank)
    let leaves = SettingLeaves(record.protocolSettings).values
    func text(_ names: [String]) -> String { names.map { "\($0)=\(leaves[$0] ?? "")" }.joined(separator: " ") }
    folds = (text(["scheme", "circulated"]), text(["folds", "seed"]))
  }
}

extension [Candidate] {
  /// Keeps, in each group, the records that share a value with the record of the largest rank.
  fileprivate mutating func keepOne<Value: Equatable>(
    of value: (Candidate) -> Value, for group: (Candidate) -> [String], losing: (Candidate, Candidate) -> Void
  ) {
    let winners = Dictionary(map { (group($0), $0) }) { $0.rank > $1.rank ? $0 : $1 }
    self = filter { candidate in
      guard let winner = winners[group(candidate)], value(winner) != value(candidate) else { return true }
      losing(candidate, winner)
      return false
    }
  }
}

/// The records that a table or a run leaves out for one reason.
package struct LeftOutRecords: Codable, Sendable, Equatable {
  /// The data set's name.
  package let dataset: String
  /// The model id.
  package let model: String
  /// The protocol's name.
  package let `protocol`: String
  /// The number of records.
  package let count: Int
  /// The reason, as half a sentence.
  package let reason: String

  /// The number, the cell and the reason in one line for the user.
  package var sentence: String {
    "left out: \(count) \(count == 1 ? "record" : "records") of \(model) on \(dataset), \(`protocol`), \(reason)"
  }

  /// Counts records by cell and reason.
  struct Tally {
    private struct Key: Hashable { let cell: CellKey, reason: String }
    private var counts: [Key: Int] = [:]

    mutating func add(_ record: TrialRecord, _ reason: String) {
      counts[Key(cell: record.cell, reason: reason), default: 0] += 1
    }

    var sorted: [LeftOutRecords] {
      counts.sorted { ($0.key.cell, $0.key.reason) < ($1.key.cell, $1.key.reason) }.map { key, count in
        LeftOutRecords(
          dataset: key.cell.dataset, model: key.cell.model, protocol: key.cell.protocol, count: count,
          reason: key.reason)
      }
    }
  }
}

/// The leaves of a JSON object, by name, as text.
package struct SettingLeaves {
  package var values: [String: String] = [:]

  package init(_ json: String) {
    add(try? JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed), "")
  }

  private mutating func add(_ value: Any?, _ name: String) {
    if let object = value as? [String: Any] {
      for (key, value) in object { add(value, name.isEmpty ? key : "\(name).\(key)") }
    } else if let value, !(value is NSNull) {
      values[name] = "\(value)"
    }
  }
}

extension TrialRecord {
  /// Returns the settings, data, folds or code in which this record differs from another of its trial, as half a
  /// sentence.
  fileprivate func differences(from other: TrialRecord) -> String {
    var parts: [String] = []
    for (own, others) in [(protocolSettings, other.protocolSettings), (configuration, other.configuration)]
    where own != others {
      let (mine, theirs) = (SettingLeaves(own).values, SettingLeaves(others).values)
      let names = Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }.sorted()
      parts += names.prefix(3).map { "\($0) \(mine[$0] ?? "not set") in place of \(theirs[$0] ?? "not set")" }
      if names.count > 3 { parts.append("\(names.count - 3) more") }
      if names.isEmpty { parts.append("other settings") }
    }
    if !parts.isEmpty { return "made with \(parts.joined(separator: ", "))" }
    if dataHash != other.dataHash { return "made from other data" }
    return foldsHash != other.foldsHash ? "made on other folds" : "made by other code"
  }
}
