/// An error of a linear solve.
package enum LinearSolveError: Error, Equatable, Sendable {
  /// The matrix is not positive definite: its leading minor of this order is not.
  case notPositiveDefinite(leadingMinor: Int)
  /// The iteration of the routine did not converge; `count` values had not converged.
  case didNotConverge(routine: String, count: Int)
  /// The shapes do not fit, in words.
  case shape(String)
  /// A value is NaN or infinite; the text names it.
  case nonFinite(String)
  /// The penalty of a ridge regression is negative or not finite.
  case invalidPenalty(Double)
  /// The routine rejected the argument at this position, from 1; an error of this library.
  case illegalArgument(routine: String, position: Int)
  /// The routine could not allocate its working memory.
  case outOfMemory(routine: String)
}

extension LinearSolveError: CustomStringConvertible {
  /// One line for the user.
  package var description: String {
    switch self {
    case .notPositiveDefinite(let order):
      "the matrix is not positive definite (leading minor of order \(order)); "
        + "a larger penalty or a least-squares solve may help"
    case .didNotConverge(let routine, let count): "\(routine) did not converge (\(count) values left)"
    case .shape(let text): text
    case .nonFinite(let text): text
    case .invalidPenalty(let value): "the ridge penalty is \(value), expected a finite number of at least 0"
    case .illegalArgument(let routine, let position): "\(routine) refused its argument \(position)"
    case .outOfMemory(let routine): "\(routine) could not get its working memory"
    }
  }
}

extension LinearSolveError {
  /// Throws an error if LAPACK's `info` is not 0; `failure` returns the error for a positive value.
  static func check(
    _ info: Int32, of routine: String, orElse failure: (Int) -> LinearSolveError
  ) throws(LinearSolveError) {
    switch Int(info) {
    case 0: return
    case 1...: throw failure(Int(info))
    case -1011 ... -1010: throw .outOfMemory(routine: routine)  // LAPACK_WORK_MEMORY_ERROR and its transposing twin
    default: throw .illegalArgument(routine: routine, position: -Int(info))
    }
  }
}
