/// The inputs of a batch's instances besides features, in the order of the matrix of the bags.
struct Surroundings<Scalar> {
  /// The row of the matrix at which each bag of the batch begins.
  var firstRows: UnsafePointer<Int>
  /// The places of all rows of the matrix.
  var places: UnsafePointer<Scalar>?
  /// The number of columns of places.
  var placeColumns = 0
  /// The edges of all rows of the matrix.
  var edges: EdgePointers?
}

/// Edges in the form of ``BagEdges``.
struct EdgePointers {
  /// The first edge to each row of the matrix, and the number of edges at the end.
  var starts: UnsafePointer<Int>
  /// The source of each edge, counted from the first row of its bag.
  var sources: UnsafeBufferPointer<Int32>
  /// The weight of each edge.
  var weights: UnsafeBufferPointer<Float>
}

extension Executor {
  /// Returns the number of edges of a batch.
  func edgeCount(_ batch: Batch<Scalar>) -> Int {
    guard let surroundings = batch.surroundings, let edges = surroundings.edges else { return 0 }
    return (0..<batch.bagCount).reduce(0) { sum, bag in
      let first = surroundings.firstRows[bag]
      return sum + edges.starts[first + batch.starts[bag + 1] - batch.starts[bag]] - edges.starts[first]
    }
  }

  /// Copies places and edges of the batch's bags to the memory that operations read.
  func gatherSurroundings(of batch: Batch<Scalar>) {
    for index in plan.nodes.indices where plan.nodes[index].isSurroundings {
      switch plan.nodes[index].rows {
      case .pairs(let list):
        guard let surroundings = batch.surroundings, let edges = surroundings.edges else {
          preconditionFailure("the network reads edges, which the bags do not have")
        }
        gather(edges, surroundings.firstRows, batch, pairs[list], values[index])
      default:
        let width = plan.nodes[index].columns
        guard let surroundings = batch.surroundings, let places = surroundings.places,
          surroundings.placeColumns == width
        else { preconditionFailure("the network reads places of \(width) columns, which the bags do not have") }
        for bag in 0..<batch.bagCount {
          (values[index] + batch.starts[bag] * width).update(
            from: places + surroundings.firstRows[bag] * width,
            count: (batch.starts[bag + 1] - batch.starts[bag]) * width)
        }
      }
    }
  }

  private func gather(
    _ edges: EdgePointers, _ firstRows: UnsafePointer<Int>, _ batch: Batch<Scalar>, _ pairs: PairPointers,
    _ weights: UnsafeMutablePointer<Scalar>
  ) {
    var next = 0
    for bag in 0..<batch.bagCount {
      let (start, first) = (batch.starts[bag], firstRows[bag])
      for row in start..<batch.starts[bag + 1] {
        pairs.starts[row] = next
        for edge in edges.starts[first + row - start]..<edges.starts[first + row - start + 1] {
          pairs.sources[next] = edges.sources[edge] + Int32(truncatingIfNeeded: start)
          weights[next] = Scalar(edges.weights[edge])
          next += 1
        }
      }
    }
    pairs.starts[batch.instanceCount] = next
  }
}
