import Foundation

extension TrialRecord {
  /// The first contradiction between the properties, as half a sentence; nil for a valid record.
  package var problem: String? {
    if repetition < 1 { return "repetition is \(repetition), expected 1 or more" }
    if fold < 1 { return "fold is \(fold), expected 1 or more" }
    if bags.contains(where: { $0 < 0 }) { return "a bag's position is negative" }
    // Test bags are usually in ascending order, which is checked in a fraction of the time.
    if !zip(bags, bags.dropFirst()).allSatisfy(<), Set(bags).count != bags.count { return "a bag is listed twice" }
    if let problem = targetProblem { return problem }
    if let count = correctByEpoch.first(where: { $0 < 0 || $0 > bags.count }) {
      return "correctByEpoch has \(count), expected 0 to \(bags.count), the number of bags"
    }
    let areFinite =
      scores.allSatisfy(\.isFinite) && outputs?.allSatisfy { $0.allSatisfy(\.isFinite) } != false
      && valueByEpoch?.allSatisfy(\.isFinite) != false && lossByEpoch.allSatisfy(\.isFinite)
      && [threshold, seconds, scoringSeconds, ended ?? 0].allSatisfy(\.isFinite)
    if !areFinite {
      return "a score, the threshold, a loss or a time is not finite"
    }
    if let problem = trainingProblem { return problem }
    if let problem = instances?.problem { return problem }
    if let problem = instanceProblem { return problem }
    if steps < 0 || parameters < 0 { return "a negative number of steps or parameters" }
    guard status == .finished else {
      let words = [TrialStatus.failed: "failed", .diverged: "diverged"][status] ?? "was not run"
      return scores.isEmpty && outputs == nil ? nil : "scores of a trial that \(words)"
    }
    if bags.isEmpty { return "a finished trial without test bags" }
    if let problem = outputProblem ?? callProblem { return problem }
    if epochCount == 0 { return "a finished trial without correctByEpoch" }
    let right = zip(calls, labels).count { $0 == $1 }
    if let last = correctByEpoch.last, last != right {
      let source = called == nil ? "scores, labels and threshold" : "called and labels"
      return "correctByEpoch ends with \(last), but by \(source) \(right) bags are called right"
    }
    if scoresAreProbabilities, let score = scores.first(where: { $0 < 0 || $0 > 1 }) {
      return "score \(score), expected a probability"
    }
    return nil
  }
}

extension TrialRecord {
  /// The problem of the targets of the test bags, as half a sentence.
  private var targetProblem: String? {
    if (times == nil) != (events == nil) { return "times without events, or events without times" }
    if targets.count != bags.count {
      let noun = times != nil ? "times" : numbers != nil ? "numbers" : "labels"
      return "\(targets.count) \(noun) for \(bags.count) bags"
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
    let classes = classNames.map(\.count) ?? 2
    guard let outputs else {
      if classes > 2, called == nil { return "scores alone for \(classes) classes, expected outputs" }
      return scores.count == bags.count ? nil : "\(scores.count) scores for \(bags.count) bags"
    }
    if !scores.isEmpty { return "scores beside outputs" }
    if outputs.count != bags.count { return "outputs of \(outputs.count) bags for \(bags.count) bags" }
    let widths = Set(outputs.map(\.count))
    if classes > 2, called == nil, widths != [classes] {
      return "\(widths.sorted()) outputs a bag for \(classes) classes, expected one a class"
    }
    return widths.count == 1 && widths != [0] ? nil : "bags with different numbers of outputs, or none"
  }

  /// The problem of the predicted classes, as half a sentence.
  private var callProblem: String? {
    guard let called else { return nil }
    guard targets.classCount > 0 else { return "called classes for bags without classes" }
    if called.count != bags.count { return "\(called.count) called classes for \(bags.count) bags" }
    let last = targets.classCount - 1
    return called.first { !(0...last).contains($0) }.map { "a bag called class \($0), expected 0 to \(last)" }
  }

  /// The problem of the counts of training bags, as half a sentence.
  private var trainingProblem: String? {
    if trainingPositives != nil, trainingBags == nil { return "trainingPositives without trainingBags" }
    guard let trainingBags else { return nil }
    if trainingBags < 1 { return "trainingBags is \(trainingBags), expected 1 or more" }
    guard let trainingPositives, !(0...trainingBags).contains(trainingPositives) else { return nil }
    return "trainingPositives is \(trainingPositives), expected 0 to \(trainingBags)"
  }

  /// The contradiction between the instance results and the bags of the fold, as half a sentence.
  private var instanceProblem: String? {
    if let instances, instances.bags > bags.count {
      return "an instance AUC of \(instances.bags) of \(bags.count) bags"
    }
    guard let example = instances?.example, !bags.contains(example.bag) else { return nil }
    return "an example of bag \(example.bag), which the fold does not test"
  }

  /// The number of folds of a repetition in the protocol's settings; nil if they do not contain it.
  package var statedFolds: Int? {
    struct Settings: Decodable { let folds: Int }
    return try? JSONDecoder().decode(Settings.self, from: Data(protocolSettings.utf8)).folds
  }
}
