import Foundation
import MILBags
import MILRecords
import UserInput

/// The units of an experiment with the share of each, fixed in a file by the first share that starts.
///
/// Units are dealt by expected cost. Pending units come first, the longest first, each to the share with the smallest
/// load so far; finished units follow. The longest share is at most 4/3 of the shortest possible. Cost estimates
/// improve as a run goes on, so the first deal is binding. A share that starts later reads it, and every unit is run
/// exactly once. The file name contains the number of shares and a digest of the units with all their settings, so
/// other units have other files.
///
/// Source: R. L. Graham, Bounds on multiprocessing timing anomalies, SIAM Journal on Applied Mathematics, 1969,
/// doi:10.1137/0117039.
package struct ShardPlan: Codable, Sendable, Equatable {
  /// The units of one data set, model and protocol: all folds of all repetitions, in this order.
  package struct Cell: Codable, Sendable, Equatable {
    package let dataset, model, `protocol`: String
    /// The number of folds of a repetition.
    package let folds: Int
    /// The digest of everything that decides the results, except the folds.
    package let settings: String
    /// The expected cost of a unit, in seconds if any unit was ever measured.
    package let cost: Double
    /// The share of each unit, from 1, separated by spaces.
    fileprivate let shares: String

    /// The key of the cell.
    package var key: CellKey { CellKey(dataset: dataset, model: model, protocol: `protocol`) }
  }

  /// The format version that this code writes and reads.
  package static let currentFormat = 1

  /// The format version.
  package let format: Int
  /// The experiment's name.
  package let experiment: String
  /// The number of shares.
  package let shards: Int
  /// The digest of all units with their settings.
  package let digest: String
  /// The units.
  package let cells: [Cell]

  /// Deals the units.
  ///
  /// - Parameters:
  ///   - units: all units of the experiment.
  ///   - pending: the keys of the units still to be run.
  ///   - costs: the costs of earlier units.
  init(
    _ units: [Trial], of experiment: String, among shards: Int, pending: Set<TrialKey>, costs: PastCosts
  ) throws {
    let forecast = CostForecast(pending: units.map { ($0.key.cell, $0.roughCost) }, workers: 1, past: costs)
    let order = Self.grouped(units)
    let weights = order.map { cell in forecast.roughSeconds(of: cell[0].key.cell) ?? cell[0].roughCost }
    var deal = Deal(among: shards)
    let numbered = order.enumerated().flatMap { cell, units in units.map { (cell: cell, key: $0.key) } }
    // A stable order: equal costs keep the order of the experiment.
    let byCost = numbered.indices.sorted {
      (-weights[numbered[$0].cell], $0) < (-weights[numbered[$1].cell], $1)
    }
    var shares = [Int](repeating: 1, count: numbered.count)
    for runsNow in [true, false] {
      for index in byCost where pending.contains(numbered[index].key) == runsNow {
        shares[index] = deal.next(weights[numbered[index].cell])
      }
      deal = Deal(among: shards)
    }
    var rest = shares[...]
    cells = try zip(order, weights).map { units, weight in
      let own = rest.prefix(units.count)
      rest = rest.dropFirst(units.count)
      let key = units[0].key
      return Cell(
        dataset: key.dataset, model: key.model, protocol: key.protocol, folds: units[0].folds.foldCount,
        settings: Self.settings(of: try units[0].emptyRecord()), cost: weight,
        shares: own.map(String.init).joined(separator: " "))
    }
    (format, self.experiment, self.shards) = (Self.currentFormat, experiment, shards)
    digest = try Self.digest(of: order.flatMap { $0 })
  }

  /// The name of the plan's file in the experiment's folder.
  package var fileName: String { Self.fileName(shards, digest) }

  private static func fileName(_ shards: Int, _ digest: String) -> String {
    "shards-\(shards)-\(digest.prefix(12)).json"
  }

  /// Returns whether a file is a plan, by its name.
  package static func isPlan(_ name: String) -> Bool {
    name.wholeMatch(of: /shards-[0-9]+-[0-9a-f]{12}\.json/) != nil
  }

  /// All units with their shares.
  package var units: [(key: TrialKey, cell: Int, shard: Int)] {
    cells.enumerated().flatMap { index, cell in
      cell.shares.split(separator: " ").enumerated().map { place, share in
        let key = TrialKey(
          dataset: cell.dataset, model: cell.model, protocol: cell.protocol,
          repetition: place / max(cell.folds, 1) + 1, fold: place % max(cell.folds, 1) + 1)
        return (key, index, Int(share) ?? 1)
      }
    }
  }

  /// Returns the units of a share.
  package func keys(of shard: Shard) -> Set<TrialKey> {
    Set(units.filter { $0.shard == shard.index }.map(\.key))
  }

  /// Returns the digest of everything that decides a record's result, except its folds.
  package static func settings(of record: TrialRecord) -> String {
    let parts = [record.configuration, record.protocolSettings, record.dataHash, record.code ?? "", record.task ?? ""]
    return String(SHA256.hexDigest(of: Data(parts.joined(separator: "\n").utf8)).prefix(16))
  }

  /// Returns the units by cell, in the order of the experiment; within a cell by repetition and fold.
  private static func grouped(_ units: [Trial]) -> [[Trial]] {
    var places: [CellKey: Int] = [:]
    var groups: [[Trial]] = []
    for unit in units {
      let cell = unit.key.cell
      if let place = places[cell] {
        groups[place].append(unit)
      } else {
        places[cell] = groups.count
        groups.append([unit])
      }
    }
    return groups
  }

  private static func digest(of units: [Trial]) throws -> String {
    var hash = SHA256()
    for unit in units {
      let record = try unit.emptyRecord()
      let parts = [unit.key.description, record.foldsHash, settings(of: record)]
      hash.update(Array((parts.joined(separator: "\n") + "\n").utf8))
    }
    return hash.finish()
  }
}

extension TrialKey {
  /// The cell to which the trial belongs.
  var cell: CellKey { CellKey(dataset: dataset, model: model, protocol: `protocol`) }
}

// MARK: - Files

extension ShardPlan {
  /// Returns the plan in a folder for the same units and number of shares, or writes this one there and returns it.
  ///
  /// If several processes start at the same moment, one writes, and all get its plan.
  /// - Throws: ``EvaluationError`` for a file that cannot be written, ``/UserInput/DocumentError`` for an invalid one.
  func fixed(in folder: URL) throws -> ShardPlan {
    let file = folder.appending(path: fileName)
    if FileManager.default.fileExists(atPath: file.path) { return try .read(file) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try ResultFiles.makeFolder(folder)
    try ResultFiles.writeOnce(try encoder.encode(self) + Data("\n".utf8), to: file)
    return try .read(file)
  }

  /// Reads a plan.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the file, the problem and the way out.
  package static func read(_ file: URL) throws -> ShardPlan {
    func refuse(_ problem: String) -> DocumentError {
      DocumentError(
        file: file.path, problem: problem + "; remove the file while no share runs, and the next run writes it anew")
    }
    let plan: ShardPlan
    do {
      plan = try decodeJSON5(ShardPlan.self, from: Data(contentsOf: file), file: file.path)
    } catch let error as DocumentError {
      throw refuse(error.problem)
    } catch {
      throw refuse("cannot be read (\(SystemReason.text(of: error))), expected the plan of an experiment's shares")
    }
    guard plan.format == currentFormat else {
      throw refuse("a plan of format \(plan.format), expected format \(currentFormat)")
    }
    guard plan.shards > 0, file.lastPathComponent == plan.fileName else {
      throw refuse("a plan of \(plan.shards) shares of other units, expected those that the file's name says")
    }
    for (index, cell) in plan.cells.enumerated() {
      let shares = cell.shares.split(separator: " ").map { Int($0) }
      guard cell.folds > 0, shares.count % cell.folds == 0, cell.cost.isFinite,
        shares.allSatisfy({ $0.map { (1...plan.shards).contains($0) } ?? false })
      else {
        throw refuse(
          "cells[\(index)].shares: expected a share from 1 to \(plan.shards) for each fold of each repetition")
      }
    }
    return plan
  }
}

// MARK: - Dealing

/// Assigns each unit to the share with the smallest load so far; ties go to the first.
private struct Deal {
  /// A heap of shares by load.
  private var heap: [(load: Double, share: Int)]

  init(among shards: Int) {
    heap = (1...max(shards, 1)).map { (0, $0) }
  }

  mutating func next(_ weight: Double) -> Int {
    let share = heap[0].share
    heap[0].load += weight.isFinite ? max(weight, .leastNormalMagnitude) : 1
    var place = 0
    while true {
      let children = [2 * place + 1, 2 * place + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0] < heap[$1] }), heap[least] < heap[place] else { break }
      heap.swapAt(place, least)
      place = least
    }
    return share
  }
}
