import LinearAlgebra
import Testing

@Suite("Matrix")
struct MatrixTests {
  let matrix = Matrix<Float>([[1, 2], [3, 4], [5, 6]])

  @Test("a copy keeps its elements when the original changes")
  func valueSemantics() {
    var original = matrix
    let copy = original
    original[0, 1] = 9
    #expect(copy.elements == [1, 2, 3, 4, 5, 6])
    #expect(original.elements == [1, 9, 3, 4, 5, 6])
  }

  @Test("changing elements through a pointer leaves a copy as it was")
  func valueSemanticsOfPointers() {
    var original = matrix
    let copy = original
    original.withUnsafeMutableElements { $0[5] = 0 }
    #expect(copy == matrix)
    #expect(original.elements == [1, 2, 3, 4, 5, 0])
  }

  @Test("elements stand row after row")
  func order() {
    #expect(matrix[1, 0] == 3)
    #expect(matrix.row(2) == [5, 6])
    #expect(matrix.column(1) == [2, 4, 6])
    #expect(matrix.withUnsafeElements { Array($0) } == [1, 2, 3, 4, 5, 6])
  }

  @Test("rows are selected range after range, repeated and empty ranges included")
  func selectingRows() {
    #expect(matrix.selectingRows([2..<3, 0..<2, 1..<1, 0..<1]).elements == [5, 6, 1, 2, 3, 4, 1, 2])
    let none = matrix.selectingRows([Range<Int>]())
    #expect(none.rows == 0 && none.columns == 2 && none.elements.isEmpty)
  }

  @Test("the transpose swaps rows and columns")
  func transposed() {
    #expect(matrix.transposed == Matrix([[1, 3, 5], [2, 4, 6]]))
    #expect(matrix.transposed.transposed == matrix)
    #expect(Matrix<Float>(rows: 0, columns: 3).transposed.rows == 3)
  }

  @Test("rows of an array are taken in any order, left out or repeated")
  func rowOrder() {
    let elements: [Float] = [1, 2, 3, 4, 5, 6]
    #expect(Matrix(columns: 2, elements: elements, rowOrder: [2, 0, 0]) == Matrix([[5, 6], [1, 2], [1, 2]]))
    #expect(Matrix(columns: 2, elements: elements, rowOrder: []).rows == 0)
  }

  @Test("elements come from any collection")
  func fromCollection() {
    #expect(Matrix<Float>(rows: 2, columns: 2, elements: (1...4).lazy.map { Float($0) }) == Matrix([[1, 2], [3, 4]]))
    #expect(Matrix<Float>(rows: 0, columns: 2, elements: []).elements.isEmpty)
  }

  @Test("map changes the scalar type")
  func map() {
    let doubles: Matrix<Double> = matrix.map { Double($0) * 2 }
    #expect(doubles == Matrix([[2, 4], [6, 8], [10, 12]]))
  }

  @Test("the identity has ones on its diagonal only")
  func identity() {
    #expect(Matrix<Double>.identity(2).elements == [1, 0, 0, 1])
    #expect(Matrix<Double>.identity(0).elements.isEmpty)
  }

  @Test("matrices of equal elements and different shapes differ")
  func equality() {
    #expect(Matrix<Double>(rows: 2, columns: 3) != Matrix<Double>(rows: 3, columns: 2))
    #expect(Matrix<Double>(rows: 2, columns: 3) == Matrix<Double>(rows: 2, columns: 3))
  }

  @Test("memory starts on a 64-byte border, in copies too")
  func alignment() {
    for count in [1, 3, 17, 100] {
      let original = Matrix<Float>(rows: 1, columns: count)
      var copy = original
      copy[0, 0] = 1
      for each in [original, copy] {
        #expect(each.withUnsafeElements { Int(bitPattern: $0.baseAddress) % 64 } == 0)
      }
    }
  }
}
