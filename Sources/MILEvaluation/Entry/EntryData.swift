import Foundation
import MILBags
import MILFormats
import MILRecords
import UserInput

extension Entry {
  /// Compares the records of a data set with its data and folds.
  ///
  /// - Returns: whether its data are available.
  mutating func checkData(of name: String, _ runner: ExperimentRunner) -> Bool {
    let own = lines.filter { $0.record.dataset == name }
    checkOneHash(name, own)
    var bags: BagDataset?
    do {
      switch try runner.findDataset(name) {
      case .found(let found): bags = found
      case .unavailable(let reason):
        remark("\(name): data and labels not compared, since there are no data here: \(reason)")
      }
    } catch let error as DatasetError {
      find(
        .data, at: own.first.map { place($0) } ?? name, "data set \(name): \(error.problem)",
        expected: "a data set of the catalogue or a synthetic one",
        wayOut: "run the trials on one of those that \"milbench list datasets\" has")
    } catch {
      remark("\(name): data and labels not compared: \(error)")
    }
    if let bags { checkHash(bags, name, own) }
    checkFolds(name, own, bags, runner)
    if let bags { checkLabels(bags, own) }
    return bags != nil
  }

  private mutating func checkOneHash(_ name: String, _ own: [Line]) {
    guard let first = own.first, let other = own.first(where: { $0.record.dataHash != first.record.dataHash }) else {
      return
    }
    find(
      .data, at: place(other), "data hash \(other.record.dataHash) of \(name)",
      expected: "\(first.record.dataHash) as in line \(first.number)", wayOut: "run all trials on the same data")
  }

  private mutating func checkHash(_ bags: BagDataset, _ name: String, _ own: [Line]) {
    if bags.name != name {
      find(
        .data, at: name, "the name \(name)", expected: "\(bags.name), as the catalogue has it",
        wayOut: "run the trials with milbench, which writes the catalogue's names")
    }
    let fingerprint: String
    do {
      fingerprint = try bags.fingerprint
    } catch {
      return remark("\(name): the data hash is not compared: \(error)")
    }
    let wrong = own.filter { $0.record.dataHash != fingerprint }
    guard let first = wrong.first else { return }
    find(
      .data, at: place(first), "data hash \(first.record.dataHash) of \(name) in \(wrong.count) records",
      expected: "\(fingerprint), that of the data here",
      wayOut: "\"milbench data verify \(name)\" says whether the author's file is the catalogue's")
  }

  private mutating func checkLabels(_ bags: BagDataset, _ own: [Line]) {
    for line in own {
      let record = line.record
      // Positions beyond the data are a finding of the folds.
      guard !record.bags.isEmpty, record.bags.allSatisfy({ $0 < bags.bagCount }) else { continue }
      var expected = record
      expected.targets = bags.targets.selecting(record.bags)
      guard expected.targets != record.targets else { continue }
      let (left, right) = (record.targetTexts, expected.targetTexts)
      let wrong = record.bags.indices.filter { $0 >= left.count || $0 >= right.count || left[$0] != right[$0] }
      let example = wrong.first.map { place in
        "bag \(record.bags[place]) has \(place < left.count ? left[place] : "none")"
      }
      let wanted = wrong.first.map { $0 < right.count ? right[$0] : "none" }
      find(
        .labels, at: place(line),
        "\(wrong.count) of \(record.bags.count) test labels are not those of \(bags.name)"
          + (example.map { ", first: \($0)" } ?? ""),
        expected: wanted ?? "classes \(expected.classNames ?? [])",
        wayOut: "run the trial on the data of the catalogue")
    }
  }

  // MARK: - Folds

  private struct Deal: Hashable {
    let settings: String
    let folds: Int
    let scheme: FoldScheme
    let circulated: String?
    let seed: UInt64

    init(_ settings: ProtocolSettings) {
      (folds, scheme, circulated, seed) = (settings.folds, settings.scheme, settings.circulated, settings.seed)
      self.settings = "\(scheme.rawValue) \(circulated ?? "") \(folds) \(seed)"
    }
  }

  private mutating func checkFolds(_ name: String, _ own: [Line], _ bags: BagDataset?, _ runner: ExperimentRunner) {
    var groups: [Deal: [Line]] = [:]
    for line in own { if let settings = line.settings { groups[Deal(settings), default: []].append(line) } }
    for (deal, group) in groups.sorted(by: { $0.key.settings < $1.key.settings }) {
      guard let first = group.first, let settings = first.settings else { continue }
      if deal.scheme == .given {
        find(
          .folds, at: place(first), "folds from a file of the author's (\(first.record.foldsSource ?? "not named"))",
          expected: "folds that milbench draws, or published ones", wayOut: "run the trials on such folds")
        continue
      }
      let rounds = group.map(\.record.repetition).max() ?? 1
      do {
        guard let folds = try folds(name, settings, repeats: rounds, bags, runner) else {
          remark("\(name): folds not compared, since there are neither data nor saved folds here")
          continue
        }
        compare(group, with: folds, settings, name)
      } catch let error as DatasetError {
        remark("\(name): folds not compared: \(error.problem)")
      } catch {
        find(
          .folds, at: place(first), "folds that do not exist here (\(error))",
          expected: "folds that milbench draws, or published ones", wayOut: "run the trials on such folds")
      }
    }
  }

  /// Returns the folds that a run would use; nil if that is not known here.
  private func folds(
    _ name: String, _ settings: ProtocolSettings, repeats: Int, _ bags: BagDataset?, _ runner: ExperimentRunner
  ) throws -> FoldAssignment? {
    let library = FoldLibrary(folder: nil, finished: runner.finished.map { $0.appending(path: "folds") })
    guard let bags else { return library.saved(for: name, settings, repeats: repeats) }
    switch settings.scheme {
    case .leaveOneOut: return try runner.findFolds("loo", bags).folds
    case .circulated: return try runner.findFolds(settings.circulated ?? "", bags).folds
    default: return try library.folds(for: bags, settings, repeats: repeats)
    }
  }

  private mutating func compare(
    _ group: [Line], with folds: FoldAssignment, _ settings: ProtocolSettings, _ name: String
  ) {
    let byRound = Dictionary(grouping: group) { settings.foldRepetition(of: $0.record.repetition) }
      .sorted { $0.key < $1.key }
    for (round, lines) in byRound {
      guard let first = lines.first else { continue }
      guard round <= folds.repeats else {
        find(
          .folds, at: place(first), "repetition \(round) of \(name)", expected: "1 to \(folds.repeats)",
          wayOut: "leave out the repetitions that these folds do not have")
        continue
      }
      let hash = folds.hash(repeat: round)
      let wrong = lines.filter { $0.record.foldsHash != hash }
      if let first = wrong.first {
        find(
          .folds, at: place(first),
          "folds hash \(first.record.foldsHash) in \(wrong.count) records of repetition \(round) of \(name)",
          expected: "\(hash), that of the \(folds.scheme.rawValue) folds of this version",
          wayOut: "run the trials on the folds that \"milbench folds export \(name)\" writes")
      }
      for line in lines where line.record.foldsHash == hash && line.record.fold <= folds.foldCount {
        let record = line.record
        let wanted = folds.testBags(repeat: round, fold: record.fold)
        guard !record.bags.isEmpty, record.bags != wanted else { continue }
        find(
          .folds, at: place(line), "test bags \(Self.list(record.bags))",
          expected: "\(Self.list(wanted)), those of fold \(record.fold) of repetition \(round)",
          wayOut: "run the trial on the bags of its fold, in the order of the data")
      }
    }
  }

  private static func list(_ bags: [Int]) -> String {
    bags.prefix(12).map(String.init).joined(separator: " ") + (bags.count > 12 ? " ... (\(bags.count))" : "")
  }
}

extension TrialRecord {
  /// The target of each test bag as text.
  fileprivate var targetTexts: [String] {
    let targets = self.targets
    if let classes = targets.classIndices { return classes.map(String.init) }
    let values = targets.values.map { "\($0)" }
    return targets.events.map { zip(values, $0).map { "\($0) \($1 ? "event" : "no event")" } } ?? values
  }
}
