import Foundation
import LinearAlgebra
import MILBags
import MILExperiments
import MILModels
import MILRecords
import UserInput

extension EntryCheck {
  /// The properties that trials of one call of ``Verification`` share.
  private struct Group: Hashable {
    let dataset: String
    let `protocol`: String
    let settings: String
  }

  /// Runs a seeded sample of the trials again, and adds what differs, and the trials that cannot be run, to the entry.
  func repeatSample(of entry: inout Entry, _ available: Set<String>) async -> EntryReport.Repeated {
    var repeated = EntryReport.Repeated(seed: seed)
    var candidates = self.candidates(in: &entry, available)
    repeated.candidates = candidates.count
    guard sample > 0, !candidates.isEmpty else { return repeated }
    var generator = RandomGenerator(seed: Seed.derive(from: seed, ["entry check"]))
    generator.permute(&candidates)
    let chosen = candidates.prefix(sample)
    let groups = Dictionary(grouping: chosen) { line in
      Group(
        dataset: line.record.dataset, protocol: line.record.protocol,
        settings: [line.settings?.scheme.rawValue, line.settings?.circulated].map { $0 ?? "" }.joined(separator: " ")
          + " \(line.settings?.folds ?? 0) \(line.settings?.seed ?? 0)")
    }
    let order = groups.sorted {
      ($0.key.dataset, $0.key.protocol, $0.key.settings) < ($1.key.dataset, $1.key.protocol, $1.key.settings)
    }
    for (_, lines) in order { await run(lines.sorted { $0.number < $1.number }, of: &entry, &repeated) }
    if repeated.far > repeated.near + repeated.same {
      entry.find(
        .repetition, at: entry.file.relativePath,
        "\(repeated.far) of \(repeated.count) trials that differ by more than another core explains",
        expected: "scores within \(Verification.tolerance) of the recorded ones for most trials",
        wayOut: "run the entry again with this version")
    }
    return repeated
  }

  /// Returns the lines that can be run again, in the order of their keys.
  private func candidates(in entry: inout Entry, _ available: Set<String>) -> [Entry.Line] {
    var candidates: [Entry.Line] = []
    for (key, lines) in entry.cells {
      let base = String(key.model.prefix { $0 != "[" })
      guard runner.registry.registrations.contains(where: { $0.id == base }) else {
        entry.remark("\(key.model): not run again, since there is no model \(base) here")
        continue
      }
      guard available.contains(key.dataset) else {
        entry.remark("\(key.dataset): not run again, since there are no data here")
        continue
      }
      candidates += lines.filter {
        [.finished, .diverged].contains($0.record.status) && $0.settings != nil && $0.record.totalSeconds <= longest
      }.sorted { $0.record.key < $1.record.key }
    }
    return candidates
  }

  private func run(_ lines: [Entry.Line], of entry: inout Entry, _ repeated: inout EntryReport.Repeated) async {
    guard let first = lines.first, let settings = first.settings,
      var experiment = Experiment(of: lines.map(\.record), named: first.record.experiment, titled: "")
    else { return }
    (experiment.folds, experiment.seed) = (settings.folds, settings.seed)
    switch settings.scheme {
    case .circulated: experiment.foldScheme = settings.circulated
    case .leaveOneOut: (experiment.foldScheme, experiment.foldsAreOfTheData) = ("loo", true)
    case .given: return
    case .stratified, .plain: break
    }
    let outcome: Verification.Outcome
    do {
      outcome = try await Verification(runner).check(lines.map(\.record), of: experiment)
    } catch {
      return entry.remark("\(first.record.dataset), \(first.record.protocol): not run again: \(error)".onOneLine())
    }
    for part in outcome.leftOut { entry.remark("not run again, \(part.sentence)") }
    for (record, agreement) in outcome.checked {
      let place = lines.last { $0.record.key == record.key }.map { entry.place($0) } ?? "\(record.key)"
      switch agreement {
      case .same: repeated.same += 1
      case .near: repeated.near += 1
      case .far(let difference):
        repeated.far += 1
        entry.remark(
          "\(place): on another core than \(record.core) scores differ by up to \(String(format: "%.3g", difference))")
      case .different(let reason):
        repeated.different += 1
        entry.find(
          .repetition, at: place, "\(record.key), run again: \(reason)",
          expected: "the recorded figures, bit for bit, on the core \(record.core)",
          wayOut: "run the entry again with this version")
      }
    }
  }
}
