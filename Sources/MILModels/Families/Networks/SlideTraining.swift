import Autodiff
import MILBags
import MILRecords

extension TrainingConfiguration {
  /// The training settings that repositories of slide classification share: Adam with rate 2e-4 and decay 1e-5, one bag
  /// per step.
  ///
  /// They train for up to 200 epochs and stop early by validation bags; here the result is the last of 50.
  static var slides: TrainingConfiguration { .adam(rate: 2e-4, weightDecay: 1e-5, epochs: 50) }

  /// Returns settings with Adam and one bag per step.
  static func adam(rate: Double, weightDecay: Double, epochs: Int) -> TrainingConfiguration {
    var training = TrainingConfiguration()
    training.optimiser = .adam
    (training.learningRate, training.weightDecay, training.epochs) = (rate, weightDecay, epochs)
    return training
  }
}

extension TrunkConfiguration {
  /// One ReLU layer of 512 units with dropout .25, the usual first layer for features of slides.
  static var slides: TrunkConfiguration {
    var trunk = TrunkConfiguration()
    trunk.layers = [512]
    trunk.dropout = 0.25
    return trunk
  }
}

extension BagTask {
  /// Returns 1 for bags of each class and 0 for others, one variable per class; empty if the task has no classes.
  func indicators(_ targets: Variable) -> [Variable] {
    (0..<classCount).compactMap { chosen in
      weight(targets, ofClasses: (0..<classCount).map { $0 == chosen ? 1 : 0 })
    }
  }

  /// Returns the instance weights to report: a column per class, or the mean of all columns if the task has no classes.
  func shown(_ weights: Variable) -> Variable {
    classCount > 0 || weights.columns == 1 ? weights : weights.sumOverFeatures() / Double(weights.columns)
  }

  /// Whether one output distinguishes two classes.
  var hasOneOutputForTwoClasses: Bool { classCount == 2 && outputColumns == 1 }

  /// Returns the output of a task from one logit per class: with two classes, the difference with the same softmax.
  func output(ofLogits logits: Variable) -> Variable {
    hasOneOutputForTwoClasses ? logits.columns(1..<2) - logits.columns(0..<1) : logits
  }
}
