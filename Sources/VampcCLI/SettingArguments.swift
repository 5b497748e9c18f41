public import ArgumentParser
public import Kernels
public import OpusBaseline
public import VampcKit

// Settings whose raw values are arguments of options.

extension EncoderSettings.Channels: ExpressibleByArgument {}
extension EncoderSettings.LoudnessTarget: ExpressibleByArgument {}

extension DecoderSettings.Fill: ExpressibleByArgument {}

extension InstructionSet: ExpressibleByArgument {}

extension OpusSettings.FrameDuration: ExpressibleByArgument {}
