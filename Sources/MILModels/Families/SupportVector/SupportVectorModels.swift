extension ModelRegistry {
  /// Adds the support vector machines.
  mutating func registerSupportVectorModels() throws {
    try register(
      ModelRegistration(
        id: "mi-svm-instance", title: "mi-SVM",
        summary: "A support vector machine on instances, whose labels in positive bags are found with it.",
        citation: andrews2002, InstanceLabelSVM()))
    try register(
      ModelRegistration(
        id: "mi-svm-bag", title: "MI-SVM",
        summary: "A support vector machine on one witness a positive bag and all instances of negative bags.",
        citation: andrews2002, WitnessSVM()))
    try register(
      ModelRegistration(
        id: "sil-svm", title: "SIL-SVM",
        summary: "A support vector machine on instances that take their bag's label.",
        citation: ray2005, SingleInstanceSVM()))
    try register(
      ModelRegistration(
        id: "nsk-svm", title: "NSK-SVM",
        summary: "A support vector machine on bags with the normalised sum of instance kernels.",
        citation: gaertner2002, SetKernelSVM()))
    try register(
      ModelRegistration(
        id: "mi-kernel", title: "MI-Kernel",
        summary: "A support vector machine on the smallest and largest value of each feature in a bag.",
        citation: gaertner2002, StatisticKernelSVM()))
    try register(
      ModelRegistration(
        id: "mi-graph", title: "mi-Graph",
        summary: "A support vector machine on bags whose instances weigh the less, the more neighbours they have.",
        citation: zhou2009, GraphKernelSVM()))
    try register(
      ModelRegistration(
        id: "mi-emd", title: "MI-EMD",
        summary: "A support vector machine on bags with a kernel of the cost of moving one onto the other.",
        citation: amores2013, TransportKernelSVM()))
  }
}

private let andrews2002 =
  "S. Andrews, I. Tsochantaridis, T. Hofmann, Support vector machines for multiple-instance learning, NIPS 15, 2002, "
  + "pp. 561-568"
private let ray2005 =
  "S. Ray, M. Craven, Supervised versus multiple instance learning: an empirical comparison, ICML 2005, "
  + "doi:10.1145/1102351.1102439"
private let zhou2009 =
  "Z.-H. Zhou, Y.-Y. Sun, Y.-F. Li, Multi-instance learning by treating instances as non-I.I.D. samples, ICML 2009, "
  + "pp. 1249-1256, doi:10.1145/1553374.1553534"
private let amores2013 =
  "J. Amores, Multiple instance classification: review, taxonomy and comparative study, Artificial Intelligence 201, 2013, "
  + "doi:10.1016/j.artint.2013.06.003; M. Cuturi, Sinkhorn distances: lightspeed computation of optimal transport, NIPS 26, "
  + "2013"
private let gaertner2002 =
  "T. Gaertner, P. A. Flach, A. Kowalczyk, A. J. Smola, Multi-instance kernels, ICML 2002, pp. 179-186"
