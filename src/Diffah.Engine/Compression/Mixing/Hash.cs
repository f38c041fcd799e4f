namespace Diffah.Engine.Compression.Mixing;

/// <summary>Hashes of contexts; their high bits are used. The constants are those of the format.</summary>
internal static class Hash
{
    private const uint Multiplier = 0x9E3779B1;
    private const uint Second = 0x85EBCA6B;

    public static uint Of(uint a, uint b) => Step(Step(a * Second, b), 0);

    public static uint Of(uint a, uint b, uint c) => Step(Step(Step(a * Second, b), c), 0);

    public static uint Of(uint a, uint b, uint c, uint d) => Step(Step(Step(Step(a * Second, b), c), d), 0);

    private static uint Step(uint hash, uint value)
    {
        hash = (hash ^ value) * Multiplier;
        return hash ^ (hash >> 15);
    }
}
