import MILRecords

/// The units of a plan, and their records in the journals.
struct WorkPlan<Unit: WorkUnit> {
  typealias Record = Unit.Record

  let units: [Unit]
  /// The record of each unit with the settings that it would have now.
  private(set) var current: [Record.Key: Record] = [:]
  /// The records of units with other settings, each with the record it would have now.
  private(set) var outdated: [(record: Record, now: Record)] = []

  /// Creates a plan without records.
  init(_ units: [Unit]) { self.units = units }

  /// Adds the records of the plan's own journals, in their order; of several current records of a unit the last counts.
  mutating func take(_ records: [Record]) throws {
    for (unit, record, now) in try matches(among: records) {
      if record.hasSettings(of: now) { current[unit.key] = record } else { outdated.append((record, now)) }
    }
  }

  /// Takes from other records those of missing units that did not fail there.
  ///
  /// - Returns: the units that gained a record.
  mutating func borrow(_ records: [Record]) throws -> Set<Record.Key> {
    var found: [Record.Key: Record] = [:]
    for (unit, record, now) in try matches(among: records) where isMissing(unit.key) && record.hasSettings(of: now) {
      found[unit.key] = record
    }
    found = found.filter { $0.value.status != .failed }
    current.merge(found) { $1 }
    return Set(found.keys)
  }

  /// Returns whether a unit has no current record, or one that failed and may be retried.
  func isMissing(_ key: Record.Key) -> Bool { current[key].map { $0.status == .failed } ?? true }

  /// Returns the units of a share that are to be run; with `always`, discards their records.
  ///
  /// - Parameter share: the keys of the share; nil for all.
  mutating func pending(_ policy: RunPolicy, of share: Set<Record.Key>? = nil) -> [Unit] {
    let share = units.filter { share?.contains($0.key) ?? true }
    switch policy {
    case .never: return []
    case .missing: return share.filter { isMissing($0.key) }
    case .always:
      for unit in share { current[unit.key] = nil }
      return share
    }
  }

  /// Returns the records of units, unit by unit, with the record each would have now.
  private func matches(among records: [Record]) throws -> [(unit: Unit, record: Record, now: Record)] {
    let byKey = Dictionary(grouping: records, by: \.key)
    return try units.flatMap { unit -> [(Unit, Record, Record)] in
      guard let found = byKey[unit.key] else { return [] }
      let now = try unit.emptyRecord()
      return found.map { (unit, $0, now) }
    }
  }
}
