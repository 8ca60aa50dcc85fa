import Autodiff
import LinearAlgebra

/// The instances over which the mean and standard deviation of each feature are computed.
package enum StandardisationRule: String, Codable, Sendable, CaseIterable {
  /// Features keep the values of the file.
  case none
  /// The instances of the training bags of a fold; test bags do not enter.
  case trainingInstances = "training"
  /// All instances, test bags included, as in much published code.
  case allInstances = "all"
}

/// Centres and scales each feature (of images, each channel) by statistics of the instances it was fitted to.
///
/// z = (x - (mean + epsilon)) / (sd + epsilon), with the population standard deviation (divisor N), computed in two
/// passes in double precision. With epsilon 0, as in the clean protocol, a feature that is constant over the fitted
/// instances becomes 0 everywhere, including in test bags. With another epsilon such a feature becomes -1 if it keeps
/// its value. The public code of MI-Net adds 1e-6 in both places (X. Wang, Y. Yan, P. Tang, X. Bai, W. Liu, Revisiting
/// multiple instance neural networks, Pattern Recognition 74, 2018, doi:10.1016/j.patcog.2017.08.026). A feature that
/// divides instances into two sets keeps its values.
package struct Standardiser: Sendable, Codable, Equatable {
  /// The subtrahend of each feature: mean + epsilon.
  package let shift: [Double]
  /// The divisor of each difference, sd + epsilon; 0 marks a feature that becomes 0.
  package let divisor: [Double]
  /// The imputed value of each feature: its mean over the rows that have a value, or 0 if none has. It is nil if no
  /// value may be missing.
  ///
  /// Imputation precedes standardisation, as in scikit-learn's
  /// `SimpleImputer(strategy='mean', keep_empty_features=True)`.
  package let fill: [Double]?

  /// Fits the statistics to the rows of `instances` (N x d).
  ///
  /// - Parameters:
  ///   - instances: the rows to fit to; with no rows every feature counts as constant.
  ///   - epsilon: the number added to the mean and to the standard deviation.
  ///   - imputes: whether missing values are first replaced by means.
  ///   - standardises: whether features are centred and scaled.
  package init(
    fittedTo instances: Matrix<Float>, epsilon: Double = 0, imputes: Bool = false, standardises: Bool = true
  ) {
    self.init(
      features: instances.columns, rows: instances.rows, epsilon: epsilon, imputes: imputes, standardises: standardises
    ) { body in body(instances) }
  }

  /// Fits the statistics to the instances of `bags`, wherever they are stored; the parameters are those of
  /// ``init(fittedTo:epsilon:imputes:standardises:)-(Matrix<Float>,_,_,_)``.
  ///
  /// - Throws: the errors of reading.
  package init(
    fittedTo bags: BagDataset, epsilon: Double = 0, imputes: Bool = false, standardises: Bool = true
  ) throws {
    try self.init(
      features: bags.featureCount, rows: bags.instanceCount, epsilon: epsilon, imputes: imputes,
      standardises: standardises, channels: bags.imageShape?.channels, unchanged: bags.setFeature,
      forEachBlock: bags.source.forEachBlock)
  }

  private init(
    features: Int, rows: Int, epsilon: Double, imputes: Bool, standardises: Bool, channels: Int? = nil,
    unchanged: Int? = nil,
    forEachBlock: ((Matrix<Float>) -> Void) throws -> Void
  ) rethrows {
    var means = ColumnMeans(columns: features)
    if imputes { try forEachBlock { means.add($0) } }
    let fill = imputes ? means.values : nil
    self.fill = fill
    guard standardises else {
      shift = [Double](repeating: 0, count: features)
      divisor = [Double](repeating: 1, count: features)
      return
    }
    let count = Double(max(rows, 1))
    var ranges = ColumnRanges(columns: features)
    try forEachBlock { ranges.add($0.filled(with: fill)) }
    let (minimum, maximum) = (ranges.minimum, ranges.maximum)
    // The mean of a constant column is exactly its value, whatever the rounding of the sum.
    let mean = ranges.sum.indices.map {
      minimum[$0] == maximum[$0] ? Double(minimum[$0]) : ranges.sum[$0] / count
    }
    var squares = [Double](repeating: 0, count: features)
    try forEachBlock { $0.filled(with: fill).addColumnSquares(around: mean, to: &squares) }
    if let channels {
      let statistics = ChannelStatistics(mean: mean, variance: squares.map { $0 / count }, channels: channels)
      shift = statistics.mean.map { $0 + epsilon }
      divisor = statistics.deviation.map { $0 + epsilon }
      return
    }
    shift = mean.indices.map { $0 == unchanged ? 0 : mean[$0] + epsilon }
    divisor = squares.indices.map { feature in
      if feature == unchanged { return 1 }
      return minimum[feature] < maximum[feature] ? (squares[feature] / count).squareRoot() + epsilon : epsilon
    }
  }

  /// Creates a standardiser from fitted statistics; `divisor` has as many elements as `shift`.
  package init(shift: [Double], divisor: [Double], fill: [Double]? = nil) {
    precondition(shift.count == divisor.count, "\(shift.count) shifts, \(divisor.count) divisors")
    self.shift = shift
    self.divisor = divisor
    self.fill = fill
  }

  /// The number of features.
  package var featureCount: Int { shift.count }

  /// Returns the standardised rows; their number of features must be that of the fit.
  ///
  /// Values beyond the range of `Float` (an outlier in a test bag over a tiny deviation) are clamped to its ends.
  package func apply(to instances: Matrix<Float>) -> Matrix<Float> {
    precondition(instances.columns == featureCount, "\(instances.columns) features, fitted to \(featureCount)")
    var result = instances
    apply(inPlaceTo: &result)
    return result
  }

  /// Standardises in place, as ``apply(to:)-(Matrix<Float>)`` does.
  package func apply(inPlaceTo instances: inout Matrix<Float>) {
    if let fill { instances.fillMissing(with: fill) }
    instances.transform(subtracting: shift, dividingBy: divisor.map { $0 == 0 ? .infinity : $0 })
  }

  /// Returns the data set with standardised instances; the number of features must be that of the fit.
  package func apply(to dataset: BagDataset) -> BagDataset {
    dataset.source.matrix.map { dataset.replacing(instances: apply(to: $0)) }
      ?? dataset.replacing(source: StandardisedInstances(base: dataset.source, standardiser: self))
  }
}

/// The mean and the standard deviation of the pixels of a channel, repeated for each of its columns.
private struct ChannelStatistics {
  var mean: [Double] = []
  var deviation: [Double] = []

  /// Computes the statistics of the channels, each of equally many columns, from those of the columns.
  init(mean: [Double], variance: [Double], channels: Int) {
    let pixels = mean.count / channels
    for channel in 0..<channels {
      let columns = channel * pixels..<(channel + 1) * pixels
      let centre = mean[columns].reduce(0, +) / Double(pixels)
      let squares = columns.reduce(0.0) { $0 + variance[$1] + (mean[$1] - centre) * (mean[$1] - centre) }
      self.mean += [Double](repeating: centre, count: pixels)
      deviation += [Double](repeating: (squares / Double(pixels)).squareRoot(), count: pixels)
    }
  }
}

extension Matrix<Float> {
  /// Returns the matrix with missing values replaced by `values`, one per column.
  fileprivate func filled(with values: [Double]?) -> Matrix {
    guard let values else { return self }
    var result = self
    result.fillMissing(with: values)
    return result
  }
}
