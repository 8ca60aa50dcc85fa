/// How many cores one unit of work may use inside itself.
///
/// Trials run side by side, one a core; a fit that runs alone may use all cores. What is computed does not depend on it to the
/// last bit: see ``BLASScalar/product(transposeA:transposeB:m:n:k:alpha:a:lda:b:ldb:beta:c:ldc:)``.
package enum Cores {
  /// The cores of the unit of work that asks; 1 unless whoever started it says otherwise.
  @TaskLocal package static var inside = 1
}
