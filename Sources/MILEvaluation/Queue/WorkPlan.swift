import MILRecords

/// The units of a plan, and what journals hold of them.
struct WorkPlan<Unit: WorkUnit> {
  typealias Record = Unit.Record

  let units: [Unit]
  /// Of each unit the record that it would repeat now.
  private(set) var current: [Record.Key: Record] = [:]
  /// The records of units that were made with other settings, each with what would be recorded now.
  private(set) var outdated: [(record: Record, now: Record)] = []

  /// A plan of which nothing is known.
  init(_ units: [Unit]) { self.units = units }

  /// Takes in the records of the plan's own journals, in their order; of several that a unit would repeat the last counts.
  mutating func take(_ records: [Record]) throws {
    for (unit, record, now) in try matches(among: records) {
      if record.hasSettings(of: now) { current[unit.key] = record } else { outdated.append((record, now)) }
    }
  }

  /// Takes from records of others what is missing and did not fail there.
  ///
  /// - Returns: the units that have a record now.
  mutating func borrow(_ records: [Record]) throws -> Set<Record.Key> {
    var found: [Record.Key: Record] = [:]
    for (unit, record, now) in try matches(among: records) where isMissing(unit.key) && record.hasSettings(of: now) {
      found[unit.key] = record
    }
    found = found.filter { $0.value.status != .failed }
    current.merge(found) { $1 }
    return Set(found.keys)
  }

  /// Whether a unit has no current record, or one that failed and may be tried again.
  func isMissing(_ key: Record.Key) -> Bool { current[key].map { $0.status == .failed } ?? true }

  /// Chooses the units of a share that are to be run, and forgets what is known of those that are run whatever is known.
  ///
  /// - Parameter share: the keys of the share; nil for the whole.
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

  /// The records of units, unit by unit, with what would be recorded now.
  private func matches(among records: [Record]) throws -> [(unit: Unit, record: Record, now: Record)] {
    let byKey = Dictionary(grouping: records, by: \.key)
    return try units.flatMap { unit -> [(Unit, Record, Record)] in
      guard let found = byKey[unit.key] else { return [] }
      let now = try unit.emptyRecord()
      return found.map { (unit, $0, now) }
    }
  }
}
