public import ArgumentParser
public import Kernels
public import OpusBaseline
public import VampcKit

// Settings that options name by their raw values.

extension EncoderSettings.Channels: ExpressibleByArgument {}
extension EncoderSettings.LoudnessTarget: ExpressibleByArgument {}

extension DecoderSettings.Fill: ExpressibleByArgument {}

extension InstructionSet: ExpressibleByArgument {}

extension OpusSettings.FrameDuration: ExpressibleByArgument {}
