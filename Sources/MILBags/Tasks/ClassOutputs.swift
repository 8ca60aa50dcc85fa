/// The meaning of the outputs of a task that predicts classes.
///
/// A task that states it has class weights and the predicted class of a bag without further code.
public enum ClassOutputs: Sendable {
  /// One output, the logit of the positive class of two; targets are one column, 1 for positive bags and 0 for others.
  ///
  /// Networks can then learn from pseudo-labels of instances.
  case positive
  /// One output and one prediction for each class, the largest for the bag's class; targets are one column per class,
  /// 1 for the class of the bag and 0 for others.
  ///
  /// Models of two classes can then be fitted for each class against the rest.
  case each
}
