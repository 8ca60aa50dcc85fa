/// The predictions for test bags and their targets: the complete input of a metric.
///
/// Every array has one element a bag, in one order.
public struct Outcomes: Sendable, Equatable {
  /// The targets of the bags.
  public let targets: Targets
  /// A column for each output of the model; one score for two classes, larger for the positive one.
  public let outputs: [[Double]]
  /// The predicted class of each bag; empty if there are no classes.
  public let calls: [Int]
  /// Whether the outputs are probabilities of classes.
  public let areProbabilities: Bool
  /// The number of correctly predicted bags, if a record counted it.
  let correct: Int?

  /// Creates the outcomes of trials on their test bags as one set of bags, each with the threshold of its trial.
  ///
  /// - Parameters:
  ///   - records: finished trials.
  ///   - areProbabilities: whether outputs count as probabilities; nil to decide by the records.
  public init(_ records: [TrialRecord], areProbabilities: Bool? = nil) {
    targets = Targets(joining: records.map(\.targets))
    let columns = records.map(\.outputColumns)
    outputs = (columns.first ?? []).indices.map { column in
      columns.flatMap { $0.indices.contains(column) ? $0[column] : [] }
    }
    calls = records.flatMap(\.calls)
    self.areProbabilities = areProbabilities ?? records.allSatisfy { $0.scoresAreProbabilities }
    correct = records.count == 1 ? records[0].correctByEpoch.last : nil
  }

  /// Creates outcomes of one set of bags.
  package init(targets: Targets, outputs: [[Double]], calls: [Int], areProbabilities: Bool) {
    (self.targets, self.outputs, self.calls, self.areProbabilities) = (targets, outputs, calls, areProbabilities)
    correct = nil
  }

  /// Returns the outcomes of some of the bags; a bag may occur several times.
  package func selecting(_ bags: [Int]) -> Outcomes {
    Outcomes(
      targets: targets.selecting(bags), outputs: outputs.map { column in bags.map { column[$0] } },
      calls: calls.isEmpty ? [] : bags.map { calls[$0] }, areProbabilities: areProbabilities)
  }

  /// The class of each bag; empty if there are no classes.
  public var labels: [Int] { targets.classIndices ?? [] }

  /// The first output of each bag.
  public var scores: [Double] { outputs.first ?? [] }
}

extension TrialRecord {
  /// The targets of the test bags.
  package var targets: Targets {
    get {
      if let times = self.times, let events = self.events { return .survival(times: times, events: events) }
      return self.numbers.map { .numbers($0) } ?? .classes(self.labels, names: self.classNames ?? [])
    }
    set {
      (self.labels, self.classNames, self.numbers, self.times, self.events) = ([], nil, nil, nil, nil)
      switch newValue {
      case .classes(let classes, let names): (self.labels, self.classNames) = (classes, names.count > 2 ? names : nil)
      case .numbers(let values): self.numbers = values
      case .survival(let moments, let ends): (self.times, self.events) = (moments, ends)
      }
    }
  }

  /// The model's outputs, one column each.
  var outputColumns: [[Double]] {
    guard let outputs = self.outputs else { return [self.scores] }
    return (outputs.first ?? []).indices.map { column in outputs.map { $0[column] } }
  }

  /// The predicted class of each test bag: by the task's rule or the threshold of a single score, else the class with
  /// the largest output.
  var calls: [Int] {
    guard targets.classCount > 0 else { return [] }
    if let called = self.called { return called }
    guard let outputs = self.outputs else { return self.scores.map { $0 >= self.threshold ? 1 : 0 } }
    return outputs.map { row in row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } }
  }

  /// Sets the predictions and the classes that a task predicts from them.
  ///
  /// - Parameters:
  ///   - predictions: the numbers of each bag, bag after bag; one number is a score, several are outputs.
  ///   - columns: the number of predictions per bag.
  ///   - called: the predicted class of each bag; nil if targets are not classes.
  package mutating func take(_ predictions: [Double], columns: Int, called: [Int]?) {
    self.called = nil
    if columns > 1 {
      self.outputs = stride(from: 0, to: predictions.count, by: columns).map { Array(predictions[$0..<$0 + columns]) }
    } else {
      self.scores = predictions
    }
    // Classes that follow from the scores are not written twice.
    if let called, called != calls { self.called = called }
  }

  /// Removes the predictions.
  package mutating func dropPredictions() { (self.scores, self.outputs, self.called) = ([], nil, nil) }

  /// Whether there is a result to average.
  package var hasResult: Bool { status == .finished && !self.bags.isEmpty && epochCount > 0 }

  /// The number of epochs after which the test bags were evaluated; 1 for a model without epochs.
  package var epochCount: Int { self.valueByEpoch?.count ?? self.correctByEpoch.count }

  /// Returns the leading metric of the task on the test bags after an epoch, from 0.
  ///
  /// A model that stopped early keeps its last value.
  package func leadingValue(afterEpoch epoch: Int) -> Double {
    let place = min(epoch, epochCount - 1)
    guard place >= 0, !self.bags.isEmpty else { return 0 }
    return self.valueByEpoch?[place] ?? Double(self.correctByEpoch[place]) / Double(self.bags.count)
  }
}
