using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Diffah.Samples;

namespace Diffah.Fuzz.Building;

/// <summary>
/// All that is random in an input. The same seed, class and number give the same input on every machine.
/// </summary>
internal sealed class Dice(ulong seed)
{
    private readonly SampleRandom _random = new(seed);

    public static Dice For(ulong seed, string inputClass, long number) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{inputClass}/{number}"))));

    /// <summary>A number from 0 to below a limit.</summary>
    public int Below(int limit) => _random.Next(limit);

    public int Between(int from, int to) => from + Below(to - from + 1);

    public bool OneIn(int sides) => Below(sides) == 0;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.Fill(bytes);
        return bytes;
    }

    /// <summary>A length that is mostly small, and now and then not.</summary>
    public int Length(int maximum) => Below(1 + (maximum >> Below(8)));
}
