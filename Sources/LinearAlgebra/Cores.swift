/// The number of cores that one unit of work may use.
///
/// Trials run in parallel, one per core; a fit that runs alone may use all cores. The number changes no bit of a
/// result: see ``BLASScalar/product(transposeA:transposeB:m:n:k:alpha:a:lda:b:ldb:beta:c:ldc:)``.
package enum Cores {
  /// The number of cores of the current unit of work; 1 unless its caller sets more.
  @TaskLocal package static var inside = 1
}
