/// A random change of each image that training draws anew in each step, and that scoring leaves out.
///
/// The change saves what it drew, so that the backward pass reads neither argument nor result.
protocol ImageAugmentation: GenericOperation {
  /// The name in errors.
  static var name: String { get }
  /// The shape of the images.
  var image: ImageShape { get }
  /// The number of values that a row saves for the backward pass.
  var savedColumns: Int { get }

  /// Throws a ``GraphError`` if a property is invalid.
  func validate() throws
}

extension ImageAugmentation {
  var traits: OperationTraits {
    var traits = OperationTraits(
      treatsInstancesSeparately: true, backwardReads: [], saves: .columns(savedColumns))
    traits.isIdentityWhenScoring = true
    return traits
  }

  func shape(of arguments: [VariableShape]) throws -> VariableShape {
    let argument = try arguments.only(Self.name)
    try image.check(argument, Self.name)
    try validate()
    return argument
  }
}
