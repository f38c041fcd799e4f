using System.Runtime.CompilerServices;

namespace Diffah.Engine.Compression.Gzip.Deflate;

/// <summary>
/// What a deflate block is made of. A literal is its byte; a match is its length in the upper half and its distance in
/// the lower. As a bare number, since there are hundreds of millions of them.
/// </summary>
internal static class Token
{
    public const int MinimumMatch = 3;
    public const int MaximumMatch = 258;
    public const int MaximumDistance = 32768;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match(int length, int distance) => ((uint)length << 16) | (uint)distance;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsMatch(uint token) => token > byte.MaxValue;

    /// <summary>The length of a match; 0 for a literal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MatchLength(uint token) => (int)(token >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Distance(uint token) => (int)(token & 0xFFFF);

    /// <summary>The bytes of content that a token stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(uint token) => token > byte.MaxValue ? (int)(token >> 16) : 1;
}
