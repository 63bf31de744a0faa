/// The two numbers that name a method of AMQP 0-9-1.
package struct MethodID: Sendable, Equatable {
    /// The number of the class.
    package let classNumber: UInt16
    /// The number of the method in its class.
    package let method: UInt16

    /// Names a method, one that exists or not.
    package init(_ classNumber: UInt16, _ method: UInt16) {
        self.classNumber = classNumber
        self.method = method
    }

    /// connection.start.
    package static let connectionStart = MethodID(10, 10)
    /// connection.start-ok.
    package static let connectionStartOK = MethodID(10, 11)
    /// connection.tune.
    package static let connectionTune = MethodID(10, 30)
    /// connection.tune-ok.
    package static let connectionTuneOK = MethodID(10, 31)
    /// connection.open.
    package static let connectionOpen = MethodID(10, 40)
    /// connection.open-ok.
    package static let connectionOpenOK = MethodID(10, 41)
    /// connection.close.
    package static let connectionClose = MethodID(10, 50)
    /// connection.close-ok.
    package static let connectionCloseOK = MethodID(10, 51)
    /// connection.blocked.
    package static let connectionBlocked = MethodID(10, 60)
    /// connection.unblocked.
    package static let connectionUnblocked = MethodID(10, 61)
    /// channel.open.
    package static let channelOpen = MethodID(20, 10)
    /// channel.open-ok.
    package static let channelOpenOK = MethodID(20, 11)
    /// channel.close.
    package static let channelClose = MethodID(20, 40)
    /// channel.close-ok.
    package static let channelCloseOK = MethodID(20, 41)
    /// queue.declare.
    package static let queueDeclare = MethodID(50, 10)
    /// queue.declare-ok.
    package static let queueDeclareOK = MethodID(50, 11)
    /// basic.qos.
    package static let basicQoS = MethodID(60, 10)
    /// basic.qos-ok.
    package static let basicQoSOK = MethodID(60, 11)
    /// basic.consume.
    package static let basicConsume = MethodID(60, 20)
    /// basic.consume-ok.
    package static let basicConsumeOK = MethodID(60, 21)
    /// basic.cancel.
    package static let basicCancel = MethodID(60, 30)
    /// basic.publish.
    package static let basicPublish = MethodID(60, 40)
    /// basic.return.
    package static let basicReturn = MethodID(60, 50)
    /// basic.deliver.
    package static let basicDeliver = MethodID(60, 60)
    /// basic.get.
    package static let basicGet = MethodID(60, 70)
    /// basic.get-ok.
    package static let basicGetOK = MethodID(60, 71)
    /// basic.get-empty.
    package static let basicGetEmpty = MethodID(60, 72)
    /// basic.ack.
    package static let basicAck = MethodID(60, 80)
    /// basic.nack.
    package static let basicNack = MethodID(60, 120)
    /// confirm.select.
    package static let confirmSelect = MethodID(85, 10)
    /// confirm.select-ok.
    package static let confirmSelectOK = MethodID(85, 11)
}
