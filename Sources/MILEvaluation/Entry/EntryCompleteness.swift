import MILRecords

extension Entry {
  /// The largest number of trials of a cell that is plausible; larger numbers come from damaged settings.
  private static let mostTrials = 1_000_000
  private static let mostRepetitions = 10_000

  /// Checks that every model has every fold of every repetition on every data set of the entry, once.
  mutating func checkCompleteness() {
    var methods: [CellKey] = []
    for (key, _) in cells {
      let method = CellKey(dataset: "", model: key.model, protocol: key.protocol)
      if !methods.contains(method) { methods.append(method) }
    }
    let known = Dictionary(cells.map { ($0.key, $0.lines) }) { first, _ in first }
    for dataset in datasets {
      for method in methods {
        let key = CellKey(dataset: dataset, model: method.model, protocol: method.protocol)
        if let lines = known[key] {
          checkTrials(of: key, lines)
        } else {
          find(
            .completeness, at: place(key), "no trials",
            expected: "each model on each data set of the entry (\(datasets.joined(separator: ", ")))",
            wayOut: "run them, or make an entry of its own for each group of data sets")
        }
      }
    }
  }

  /// The number of repetitions of a data set under a protocol: the largest of the entry.
  private func repetitions(_ key: CellKey) -> Int {
    cells.filter { $0.key.dataset == key.dataset && $0.key.protocol == key.protocol }
      .flatMap(\.lines).map(\.record.repetition).max() ?? 0
  }

  private mutating func checkTrials(of key: CellKey, _ lines: [Line]) {
    // Damaged settings are a finding of their own.
    guard let folds = lines.lazy.compactMap(\.settings?.folds).first else { return }
    let rounds = repetitions(key)
    guard folds >= 1, folds <= Self.mostTrials, rounds <= Self.mostRepetitions, folds * rounds <= Self.mostTrials else {
      return find(
        .completeness, at: place(key), "\(rounds) repetitions of \(folds) folds",
        expected: "at most \(Self.mostRepetitions) repetitions and \(Self.mostTrials) trials of a cell",
        wayOut: "run the trials again with milbench")
    }
    var seen: [[Int]: Line] = [:]
    for line in lines {
      let (repetition, fold) = (line.record.repetition, line.record.fold)
      if fold > folds {
        find(
          .completeness, at: place(line), "fold \(fold)", expected: "1 to \(folds), as the settings say",
          wayOut: "run the trials again with milbench")
      } else if let first = seen.updateValue(line, forKey: [repetition, fold]) {
        find(
          .completeness, at: place(line),
          "repetition \(repetition), fold \(fold) of \(place(key)) again, after line \(first.number)",
          expected: "each trial once", wayOut: "remove one of the two lines")
      }
    }
    var (count, parts) = (0, [String]())
    for repetition in 1...max(rounds, 1) {
      let missing = (1...folds).filter { seen[[repetition, $0]] == nil }
      if missing.isEmpty { continue }
      count += missing.count
      let text = missing.count == folds ? "all folds" : "fold\(missing.count == 1 ? "" : "s") \(missing.ranges)"
      parts.append("\(text) of repetition \(repetition)")
    }
    guard count > 0 else { return }
    find(
      .completeness, at: place(key), "\(count) of \(folds * rounds) trials missing: \(parts.joined(separator: "; "))",
      expected: "each fold of each of \(rounds) repetitions",
      wayOut: "the call that wrote the journal runs the missing ones")
  }

  /// Checks results beyond the rules of every record: no failed trials, probabilities and their thresholds from 0 to 1.
  mutating func checkResults() {
    for line in lines {
      let record = line.record
      if record.status == .failed {
        find(
          .results, at: place(line), "a failed trial (\(record.message ?? "no reason"))",
          expected: "a result of each trial", wayOut: "the call that wrote the journal runs it again")
      }
      guard record.status == .finished, record.scoresAreProbabilities else { continue }
      let outputs = (record.outputs ?? []).flatMap { $0 }
      let figures: [(name: String, value: Double?)] = [
        ("output", outputs.first { !(0...1).contains($0) }),
        ("threshold", (0...1).contains(record.threshold) ? nil : record.threshold),
      ]
      for case (let name, let value?) in figures {
        find(
          .results, at: place(line), "\(name) \(value)", expected: "0 to 1, since scores are probabilities",
          wayOut: "correct the model, or declare its scores as no probabilities, and run the trials again")
      }
    }
    for (status, words) in [(TrialStatus.diverged, "diverged"), (.notApplicable, "did not apply")] {
      let count = lines.count { $0.record.status == status }
      if count > 0 { remark("\(count) trials \(words); tables count them") }
    }
  }
}
