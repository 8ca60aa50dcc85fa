import LinearAlgebra

/// Which instances the mean and the standard deviation of a feature are taken over.
public enum StandardisationRule: String, Codable, Sendable, CaseIterable {
  /// Features stay as they are in the file.
  case none
  /// The instances of the training bags of a fold: nothing of the test bags enters.
  case trainingInstances = "training"
  /// All instances, test bags included, as in much published code.
  case allInstances = "all"
}

/// Centres and scales each feature by statistics of the instances it was fitted to.
///
/// z = (x - (mean + epsilon)) / (sd + epsilon), with the population standard deviation (divisor N), computed in two
/// passes in double precision. With epsilon 0, the clean rule, a feature that is constant over the fitted instances
/// becomes 0 everywhere, in test bags too. With an epsilon such a feature becomes -1 where it keeps its value: the
/// public code of MI-Net adds 1e-6 in both places (X. Wang, Y. Yan, P. Tang, X. Bai, W. Liu, Revisiting multiple
/// instance neural networks, Pattern Recognition 74, 2018, doi:10.1016/j.patcog.2017.08.026).
public struct Standardiser: Sendable, Codable, Equatable {
  /// What is subtracted from each feature: mean + epsilon.
  public let shift: [Double]
  /// What each difference is divided by, sd + epsilon; 0 marks a feature that becomes 0.
  public let divisor: [Double]
  /// What stands for a missing value of each feature: its mean over the rows that have one, 0 where none has; nil where
  /// none may be missing.
  ///
  /// As scikit-learn's `SimpleImputer(strategy='mean', keep_empty_features=True)`, before standardisation.
  public let fill: [Double]?

  /// The statistics of the rows of `instances` (N x d).
  ///
  /// - Parameters:
  ///   - instances: the rows to fit to; with no rows every feature counts as constant.
  ///   - epsilon: what is added to the mean and to the standard deviation.
  ///   - imputes: whether missing values are filled in by means before anything else.
  ///   - standardises: whether features are centred and scaled.
  public init(
    fittedTo instances: Matrix<Float>, epsilon: Double = 0, imputes: Bool = false, standardises: Bool = true
  ) {
    fill = imputes ? instances.columnMeansOfPresent : nil
    guard standardises else {
      shift = [Double](repeating: 0, count: instances.columns)
      divisor = [Double](repeating: 1, count: instances.columns)
      return
    }
    var instances = instances
    if let fill { instances.fillMissing(with: fill) }
    let count = Double(max(instances.rows, 1))
    let (minimum, maximum, sum) = instances.columnRanges()
    // A constant column's mean is its value exactly, whatever the rounding of the sum.
    let mean = sum.indices.map { minimum[$0] == maximum[$0] ? Double(minimum[$0]) : sum[$0] / count }
    let squares = instances.columnSquares(around: mean)
    shift = mean.map { $0 + epsilon }
    divisor = squares.indices.map { minimum[$0] < maximum[$0] ? (squares[$0] / count).squareRoot() + epsilon : epsilon }
  }

  /// Statistics that were fitted before; `divisor` has as many elements as `shift`.
  public init(shift: [Double], divisor: [Double], fill: [Double]? = nil) {
    precondition(shift.count == divisor.count, "\(shift.count) shifts, \(divisor.count) divisors")
    self.shift = shift
    self.divisor = divisor
    self.fill = fill
  }

  /// The number of features.
  public var featureCount: Int { shift.count }

  /// The standardised rows; their number of features must be that of the fit.
  ///
  /// Values beyond the range of `Float` (an outlier in a test bag over a tiny deviation) are held at its ends.
  public func apply(to instances: Matrix<Float>) -> Matrix<Float> {
    precondition(instances.columns == featureCount, "\(instances.columns) features, fitted to \(featureCount)")
    var result = instances
    apply(inPlaceTo: &result)
    return result
  }

  /// As ``apply(to:)-(Matrix<Float>)``, in place.
  public func apply(inPlaceTo instances: inout Matrix<Float>) {
    if let fill { instances.fillMissing(with: fill) }
    instances.transform(subtracting: shift, dividingBy: divisor.map { $0 == 0 ? .infinity : $0 })
  }

  /// The data set with standardised instances; the number of features must be that of the fit.
  public func apply(to dataset: BagDataset) -> BagDataset {
    dataset.replacing(instances: apply(to: dataset.instances))
  }
}
