// Rooms that use each other in a circle, and one that only uses.
#pragma warning disable CA1812

namespace Diffah.Tests.Architecture.RoundHouse.North
{
    internal sealed class Door
    {
        public East.Door? Next { get; init; }
    }
}

namespace Diffah.Tests.Architecture.RoundHouse.East
{
    internal sealed class Door
    {
        public West.Door? Next { get; init; }
    }
}

namespace Diffah.Tests.Architecture.RoundHouse.West
{
    internal sealed class Door
    {
        public North.Door? Next { get; init; }
    }
}

namespace Diffah.Tests.Architecture.RoundHouse.South
{
    internal sealed class Door
    {
        public North.Door? Next { get; init; }
    }
}
