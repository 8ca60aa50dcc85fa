import Testing
import UserInput

@Suite("Names with parameters")
struct ParameterisedNameTests {
  @Test("A name is read with its parameters, blanks aside, and written with sorted ones")
  func reading() throws {
    let name = try ParameterisedName(parsing: " a/b-1[ z=1 ,b=x/y.csv,c=p=q] ")
    #expect(name.name == "a/b-1")
    #expect(name.parameters == ["z": "1", "b": "x/y.csv", "c": "p=q"])
    #expect("\(name)" == "a/b-1[b=x/y.csv,c=p=q,z=1]")
    #expect(try ParameterisedName(parsing: "\(name)") == name)
    #expect(try ParameterisedName(parsing: "plain") == ParameterisedName(name: "plain"))
  }

  @Test(
    "What is malformed is refused with the expected form",
    arguments: [
      "", "  ", "a[", "a]", "[b=1]", "a[]", "a[b]", "a[b=]", "a[=1]", "a[b=1,]", "a[b=1]c", "a[[b=1]]", "a=1",
    ])
  func malformed(text: String) {
    let error = #expect(throws: NameError.self) { try ParameterisedName(parsing: text) }
    #expect(error?.description.hasPrefix("\"\(text)\": ") == true)
    #expect(error?.problem.hasSuffix("expected name or name[key=value,key=value]") == true)
  }

  @Test("A parameter that is set twice is refused by name")
  func twice() {
    let error = #expect(throws: NameError.self) { try ParameterisedName(parsing: "a[b=1, b =2]") }
    #expect(error?.problem == #"parameter "b" is set twice"#)
  }
}
