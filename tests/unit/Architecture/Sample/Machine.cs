// Code that does not give the same bytes on every machine.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Diffah.Tests.Architecture.Sample.Machine
{
    internal static class Numbers
    {
        public static int Hidden(int value) => (int)(value * 1.5);

        public static int Root(int value) => (int)Math.Sqrt(value);

        public static uint Words(byte[] bytes) => BitConverter.ToUInt32(bytes);

        public static int Cast(byte[] bytes) => MemoryMarshal.Cast<byte, int>(bytes)[0];
    }

    internal sealed class Field
    {
        public double[] Weights { get; } = [];
    }

    internal static class Fine
    {
        public static int Half(int value) => Math.Clamp(value >> 1, 0, 100);

        public static uint Word(byte[] bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
