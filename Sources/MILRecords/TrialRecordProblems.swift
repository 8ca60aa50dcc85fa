import Foundation

extension TrialRecord {
  /// The first contradiction between the properties, as half a sentence; nil for a valid record.
  package var problem: String? {
    if self.repetition < 1 { return "repetition is \(self.repetition), expected 1 or more" }
    if self.fold < 1 { return "fold is \(self.fold), expected 1 or more" }
    if self.bags.contains(where: { $0 < 0 }) { return "a bag's position is negative" }
    // Test bags are usually in ascending order, which is checked in a fraction of the time.
    if !zip(self.bags, self.bags.dropFirst()).allSatisfy(<), Set(self.bags).count != self.bags.count {
      return "a bag is listed twice"
    }
    if let problem = targetProblem { return problem }
    if let count = self.correctByEpoch.first(where: { $0 < 0 || $0 > self.bags.count }) {
      return "correctByEpoch has \(count), expected 0 to \(self.bags.count), the number of bags"
    }
    let areFinite =
      self.scores.allSatisfy(\.isFinite) && self.outputs?.allSatisfy { $0.allSatisfy(\.isFinite) } != false
      && self.valueByEpoch?.allSatisfy(\.isFinite) != false && self.lossByEpoch.allSatisfy(\.isFinite)
      && [self.threshold, self.seconds, self.scoringSeconds, self.ended ?? 0].allSatisfy(\.isFinite)
    if !areFinite {
      return "a score, the threshold, a loss or a time is not finite"
    }
    if let problem = trainingProblem { return problem }
    if let problem = self.instances?.problem { return problem }
    if let problem = instanceProblem { return problem }
    if self.steps < 0 || self.parameters < 0 { return "a negative number of steps or parameters" }
    guard status == .finished else {
      let words = [TrialStatus.failed: "failed", .diverged: "diverged"][status] ?? "was not run"
      return self.scores.isEmpty && self.outputs == nil ? nil : "scores of a trial that \(words)"
    }
    if self.bags.isEmpty { return "a finished trial without test bags" }
    if let problem = outputProblem ?? callProblem { return problem }
    if epochCount == 0 { return "a finished trial without correctByEpoch" }
    let right = zip(calls, self.labels).count { $0 == $1 }
    if let last = self.correctByEpoch.last, last != right {
      let source = self.called == nil ? "scores, labels and threshold" : "called and labels"
      return "correctByEpoch ends with \(last), but by \(source) \(right) bags are called right"
    }
    if self.scoresAreProbabilities, let score = self.scores.first(where: { $0 < 0 || $0 > 1 }) {
      return "score \(score), expected a probability"
    }
    return nil
  }
}

extension TrialRecord {
  /// The problem of the targets of the test bags, as half a sentence.
  private var targetProblem: String? {
    if (self.times == nil) != (self.events == nil) { return "times without events, or events without times" }
    if targets.count != self.bags.count {
      let noun = self.times != nil ? "times" : self.numbers != nil ? "numbers" : "labels"
      return "\(targets.count) \(noun) for \(self.bags.count) bags"
    }
    switch targets {
    case .classes(let labels, let names):
      let last = max(names.count, 2) - 1
      guard let label = labels.first(where: { !(0...last).contains($0) }) else { return nil }
      return "label \(label), expected 0 \(last == 1 ? "or" : "to") \(last)"
    case .numbers(let numbers): return numbers.allSatisfy(\.isFinite) ? nil : "a number of a bag is not finite"
    case .survival(let times, let events):
      if events.count != times.count { return "\(events.count) events for \(times.count) times" }
      return times.allSatisfy { $0.isFinite && $0 >= 0 } ? nil : "a time is negative or not finite"
    }
  }

  /// The problem of the shape of a finished trial's outputs, as half a sentence.
  private var outputProblem: String? {
    let classes = self.classNames.map(\.count) ?? 2
    guard let outputs = self.outputs else {
      if classes > 2, self.called == nil { return "scores alone for \(classes) classes, expected outputs" }
      return self.scores.count == self.bags.count ? nil : "\(self.scores.count) scores for \(self.bags.count) bags"
    }
    if !self.scores.isEmpty { return "scores beside outputs" }
    if outputs.count != self.bags.count { return "outputs of \(outputs.count) bags for \(self.bags.count) bags" }
    let widths = Set(outputs.map(\.count))
    if classes > 2, self.called == nil, widths != [classes] {
      return "\(widths.sorted()) outputs a bag for \(classes) classes, expected one a class"
    }
    return widths.count == 1 && widths != [0] ? nil : "bags with different numbers of outputs, or none"
  }

  /// The problem of the predicted classes, as half a sentence.
  private var callProblem: String? {
    guard let called = self.called else { return nil }
    guard targets.classCount > 0 else { return "called classes for bags without classes" }
    if called.count != self.bags.count { return "\(called.count) called classes for \(self.bags.count) bags" }
    let last = targets.classCount - 1
    return called.first { !(0...last).contains($0) }.map { "a bag called class \($0), expected 0 to \(last)" }
  }

  /// The problem of the counts of training bags, as half a sentence.
  private var trainingProblem: String? {
    if self.trainingPositives != nil, self.trainingBags == nil { return "trainingPositives without trainingBags" }
    guard let trainingBags = self.trainingBags else { return nil }
    if trainingBags < 1 { return "trainingBags is \(trainingBags), expected 1 or more" }
    guard let trainingPositives = self.trainingPositives, !(0...trainingBags).contains(trainingPositives) else {
      return nil
    }
    return "trainingPositives is \(trainingPositives), expected 0 to \(trainingBags)"
  }

  /// The contradiction between the instance results and the bags of the fold, as half a sentence.
  private var instanceProblem: String? {
    if let instances = self.instances, instances.bags > self.bags.count {
      return "an instance AUC of \(instances.bags) of \(self.bags.count) bags"
    }
    guard let example = self.instances?.example, !self.bags.contains(example.bag) else { return nil }
    return "an example of bag \(example.bag), which the fold does not test"
  }

  /// The number of folds of a repetition in the protocol's settings; nil if they do not contain it.
  package var statedFolds: Int? {
    struct Settings: Decodable { let folds: Int }
    return try? JSONDecoder().decode(Settings.self, from: Data(self.protocolSettings.utf8)).folds
  }
}
