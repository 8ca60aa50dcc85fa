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
  ///   - isPreferred: whether a record has precedence over others; all records of a repetition have it that differ in
  ///     the fold and the results alone.
  package init(_ all: [TrialRecord], isPreferred: (TrialRecord) -> Bool = { _ in false }) {
    let present = all.filter { $0.status != .unavailable }
    var kept = Candidate.groups(present, isPreferred: isPreferred)
    let run = Set(kept.map(\.record.dataset))
    let missing = all.filter { $0.status == .unavailable && !run.contains($0.dataset) }
    unavailable = Dictionary(missing.map { ($0.dataset, $0.message ?? "") }) { $1 }
    var losers = LeftOutRecords.Tally()
    kept.keepOne(of: { $0.record.dataHash }, for: { [$0.record.dataset] }) { loser, _ in
      losers.add(loser, "made from other data")
    }
    kept.keepOne(
      of: { [$0.record.configuration, $0.record.protocolSettings] },
      for: { [$0.record.dataset, $0.record.model, $0.record.protocol] }
    ) { loser, winner in losers.add(loser, loser.record.differences(from: winner.record)) }
    kept.keepOne(of: { $0.folds.drawn }, for: { [$0.record.dataset, $0.folds.scheme] }) { loser, winner in
      losers.add(loser, loser.record.differences(from: winner.record))
    }
    kept.keepOne(
      of: { $0.record.foldsHash }, for: { [$0.record.dataset, $0.folds.scheme, String($0.record.repetition)] }
    ) { loser, _ in losers.add(loser, "made on other folds") }
    // The code of a model may still differ; the last one counts, since folds of two builds are not one cell.
    kept.keepOne(
      of: { $0.record.code }, for: { [$0.record.dataset, $0.record.model, $0.record.protocol] }
    ) { loser, _ in losers.add(loser, "made by other code") }
    records = Candidate.lastOfEachTrial(kept, of: present) { losers.add($0.cell, "made by other code", 1) }
    leftOut = losers.sorted
  }

  /// Counts records whose settings differ from those that a run would record now.
  package static func outdated(_ pairs: [(record: TrialRecord, now: TrialRecord)]) -> [LeftOutRecords] {
    var tally = LeftOutRecords.Tally()
    for (record, now) in pairs { tally.add(record.cell, record.differences(from: now), 1) }
    return tally.sorted
  }
}

extension JournalSet<TrialRecord> {
  /// The ids of the models with records.
  package var models: Set<String> { Set(all.map { $0.model }) }

  /// The records that belong together, one for each trial, sorted by key.
  package var selected: [TrialRecord] { RecordSelection(union).records }
}

/// Candidate records for a table that differ in the fold and the results alone, so that each decision is the same.
private struct Candidate {
  /// One of the records.
  let record: TrialRecord
  /// The places of the records among all, in order.
  private(set) var places: [Int32] = []
  /// The amount added to a place for the precedence of its record, larger first.
  private let advantage: Int
  /// The way of dealing bags into folds, and its seed and number of folds.
  let folds: Folds

  struct Folds {
    let scheme, drawn: String

    init(_ settings: String) {
      let leaves = SettingLeaves(settings).values
      func text(_ names: [String]) -> String { names.map { "\($0)=\(leaves[$0] ?? "")" }.joined(separator: " ") }
      (scheme, drawn) = (text(["scheme", "circulated"]), text(["folds", "seed"]))
    }
  }

  /// The largest precedence of the records; unique.
  var rank: Int { rank(of: places.last ?? 0) }

  private func rank(of place: Int32) -> Int { Int(place) + advantage }

  /// Groups the records by their origin; in the order of first records.
  static func groups(_ records: [TrialRecord], isPreferred: (TrialRecord) -> Bool) -> [Candidate] {
    var groups: [Candidate] = []
    var known: [ObjectIdentifier: Int] = [:]
    // There are few settings, and reading their JSON is slow.
    var folds: [String: Folds] = [:]
    for (place, record) in records.enumerated() {
      let origin = ObjectIdentifier(record.origin)
      let group = known[origin] ?? groups.count
      if group == groups.count {
        let dealt = folds[record.protocolSettings] ?? Folds(record.protocolSettings)
        folds[record.protocolSettings] = dealt
        known[origin] = group
        groups.append(
          Candidate(record: record, advantage: isPreferred(record) ? records.count : 0, folds: dealt))
      }
      groups[group].places.append(Int32(place))
    }
    return groups
  }

  /// Returns the record of the largest precedence of each trial, sorted by key.
  static func lastOfEachTrial(
    _ groups: [Candidate], of records: [TrialRecord], losing: (TrialRecord) -> Void
  ) -> [TrialRecord] {
    let sorted = groups.map { (key: $0.repetition, group: $0) }.sorted { $0.key < $1.key }
    var result: [TrialRecord] = []
    result.reserveCapacity(records.count)
    var rest = sorted[...]
    while let first = rest.first {
      let same = rest.prefix { $0.key == first.key }
      rest = rest.dropFirst(same.count)
      let trials = same.flatMap { _, group in
        group.places.map { (fold: records[Int($0)].fold, rank: group.rank(of: $0), place: Int($0)) }
      }.sorted { ($0.fold, $0.rank) < ($1.fold, $1.rank) }
      for (index, trial) in trials.enumerated() {
        let isLast = index + 1 == trials.count || trials[index + 1].fold != trial.fold
        if isLast { result.append(records[trial.place]) } else { losing(records[trial.place]) }
      }
    }
    return result
  }

  /// The key of the records without the fold.
  private var repetition: TrialKey {
    var key = record.key
    key.fold = 0
    return key
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

    mutating func add(_ cell: CellKey, _ reason: String, _ count: Int) {
      counts[Key(cell: cell, reason: reason), default: 0] += count
    }

    fileprivate mutating func add(_ loser: Candidate, _ reason: String) {
      add(loser.record.cell, reason, loser.places.count)
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
    for (own, others) in [(self.protocolSettings, other.protocolSettings), (self.configuration, other.configuration)]
    where own != others {
      let (mine, theirs) = (SettingLeaves(own).values, SettingLeaves(others).values)
      let names = Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }.sorted()
      parts += names.prefix(3).map { "\($0) \(mine[$0] ?? "not set") in place of \(theirs[$0] ?? "not set")" }
      if names.count > 3 { parts.append("\(names.count - 3) more") }
      if names.isEmpty { parts.append("other settings") }
    }
    if !parts.isEmpty { return "made with \(parts.joined(separator: ", "))" }
    if self.dataHash != other.dataHash { return "made from other data" }
    return self.foldsHash != other.foldsHash ? "made on other folds" : "made by other code"
  }
}
