import LinearAlgebra
import Testing

@Suite("Matrix products")
struct MatrixProductsTests {
  let tall = Matrix<Double>([[1, 2], [3, 4], [5, 6]])
  let square = Matrix<Double>([[1, -1], [2, 0.5]])

  @Test("the product of two small matrices, worked by hand")
  func product() {
    #expect(tall * square == Matrix([[5, 0], [11, -1], [17, -2]]))
    #expect(tall * Matrix.identity(2) == tall)
  }

  @Test("transposed factors give the product of the transposes", arguments: [false, true], [false, true])
  func transposes(first: Bool, second: Bool) {
    let a: Matrix<Float> = first ? drawn(4, 3, seed: 1) : drawn(3, 4, seed: 1)
    let b: Matrix<Float> = second ? drawn(5, 4, seed: 2) : drawn(4, 5, seed: 2)
    let product = a.multiplied(by: b, transposingSelf: first, transposingOther: second)
    let expected = (first ? a.transposed : a) * (second ? b.transposed : b)
    #expect(product.rows == 3 && product.columns == 5)
    #expect(relativeDifference(product, expected) < 1e-6)
  }

  @Test("a matrix times a vector is a product of matrices, transposed or not")
  func vector() {
    #expect(tall * [10, 1] == [12, 34, 56])
    #expect(tall.multiplied(by: [1, 0, -1], transposingSelf: true) == [-4, -4])
  }

  @Test("Gram matrices are whole and exactly symmetric")
  func gram() {
    #expect(tall.gramOfColumns() == Matrix([[35, 44], [44, 56]]))
    #expect(tall.gramOfRows() == Matrix([[5, 11, 17], [11, 25, 39], [17, 39, 61]]))
    let large: Matrix<Float> = drawn(40, 70, seed: 3)
    for gram in [large.gramOfRows(), large.gramOfColumns()] { #expect(gram == gram.transposed) }
    #expect(relativeDifference(large.gramOfRows(), large * large.transposed) < 1e-6)
    #expect(relativeDifference(large.gramOfColumns(), large.transposed * large) < 1e-6)
  }

  @Test("empty matrices give zeros of the right shape")
  func empty() {
    let noColumns = Matrix<Double>(rows: 2, columns: 0)
    let noRows = Matrix<Double>(rows: 0, columns: 3)
    #expect(noColumns * noRows == Matrix(rows: 2, columns: 3))
    #expect((noRows * Matrix(rows: 3, columns: 2)).rows == 0)
    #expect(noColumns * [] == [0, 0])
    #expect(noRows * [1, 2, 3] == [])
    #expect(noColumns.gramOfRows() == Matrix(rows: 2, columns: 2))
    #expect(noRows.gramOfColumns() == Matrix(rows: 3, columns: 3))
    #expect(noColumns.gramOfColumns().elements.isEmpty)
    #expect(noColumns.rowNorms == [0, 0])
    #expect(noRows.frobeniusNorm == 0 && noRows.maximumMagnitude == 0)
  }

  @Test("norms of a matrix and of its rows")
  func norms() {
    let matrix = Matrix<Double>([[3, 4], [0, -12]])
    #expect((matrix.frobeniusNorm - 13).magnitude < 1e-14)
    #expect(relativeDifference(Matrix([matrix.rowNorms]), Matrix([[5, 12]])) < 1e-15)
    #expect(matrix.maximumMagnitude == 12)
    #expect((Matrix<Double>([[3e200, 4e200]]).frobeniusNorm / 5e200 - 1).magnitude < 1e-15)
  }
}
