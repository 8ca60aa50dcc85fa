import CKernels
import LinearAlgebra
import MILBags

/// The squared distances from bags to instances, min over x in the bag of |x - z|^2: one row per bag, one column per
/// instance.
struct InstanceDistances: SharedKey {
  /// Rows of distances.
  typealias Value = [[Float]]

  static func bytes(of value: [[Float]]) -> Int { value.reduce(0) { $0 + 4 * $1.count } }

  /// Returns the distances of bags to instances, which need not belong to the bags.
  ///
  /// - Parameters:
  ///   - instances: the instances of the bags.
  ///   - bags: the rows of each bag.
  ///   - others: the instances to which distances are computed.
  static func from(_ instances: KernelVectors, _ bags: [Range<Int>], to others: KernelVectors) -> [[Float]] {
    bags.map { bag in
      var least = [Float](repeating: .infinity, count: others.count)
      others.forEachRowOfSquaredDistances(from: instances, bag) { row in
        for k in least.indices { least[k] = row[k] < least[k] ? row[k] : least[k] }
      }
      return least
    }
  }
}

/// The bags of a fit, with the distances shared with the rest of their data set.
struct ComparedBags {
  /// The instances of the training bags, one bag after the other.
  let instances: KernelVectors
  /// The rows of each bag.
  let bags: [Range<Int>]
  /// The squared distance from each bag to each of the instances.
  let distances: [[Float]]

  /// Computes the distances of the bags of a fit, or takes them from shared work.
  ///
  /// - Throws: the errors of reading, and ``ModelError`` if a feature is not a finite number.
  init(_ training: BagDataset, _ shared: SharedBags?) throws {
    instances = KernelVectors(try training.finiteInstances())
    bags = training.rowsOfBags
    guard let shared = try shared?.loaded() else {
      distances = InstanceDistances.from(instances, bags, to: instances)
      return
    }
    let all = try shared.value(InstanceDistances()) {
      let vectors = KernelVectors(try shared.dataset.finiteInstances())
      return InstanceDistances.from(vectors, shared.dataset.rowsOfBags, to: vectors)
    }
    let columns = shared.numbers.map { shared.dataset[rowsOfBag: $0] }
    distances = shared.numbers.map { number in columns.flatMap { all[number][$0] } }
  }
}

extension BagDataset {
  /// The rows of each bag.
  var rowsOfBags: [Range<Int>] { (0..<bagCount).map { self[rowsOfBag: $0] } }
}

extension KernelVectors {
  /// Calls `body` with the squared distances from each of some vectors to all of these.
  ///
  /// They come from lengths and inner products; a distance within rounding of these is 0, so that equal vectors have
  /// distance 0.
  func forEachRowOfSquaredDistances(from others: KernelVectors, _ rows: Range<Int>, _ body: ([Float]) -> Void) {
    var row = [Float](repeating: 0, count: count)
    let block = 128
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: block) {
      let range = first..<min(first + block, rows.upperBound)
      let products = others.vectors.selectingRows([range]).multiplied(by: vectors, transposingOther: true)
      for other in range {
        let norm = others.squaredNorms[other]
        ck_squared_distances(count, products.row(other - first), norm, squaredNorms, &row)
        for k in row.indices where row[k] <= Float(1e-12 * (norm + squaredNorms[k])) { row[k] = 0 }
        body(row)
      }
    }
  }
}
