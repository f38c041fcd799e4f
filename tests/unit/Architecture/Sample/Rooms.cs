// A house with every fault that the scan is there to find.
#pragma warning disable CA1822, CA5392, SYSLIB1054, IDE0051, IDE0052, CA2101

namespace Diffah.Tests.Architecture.Sample.Oci
{
    internal sealed class Field
    {
        public Deltas.Upstairs? Up { get; init; }
    }

    internal sealed class Signature
    {
        public void Climb(List<Deltas.Upstairs[]> ups) => ArgumentNullException.ThrowIfNull(ups);
    }

    internal sealed class Body
    {
        public async Task<string> ClimbAsync()
        {
            await Task.Yield();
            return new Deltas.Upstairs().ToString()!;
        }
    }

    internal sealed class Generic
    {
        public int Climb() => Array.Empty<Deltas.Upstairs>().Length;
    }

    internal sealed class Neighbour
    {
        public Field? Same { get; init; }
    }
}

namespace Diffah.Tests.Architecture.Sample.Deltas
{
    internal sealed class Upstairs
    {
        public Oci.Neighbour? Down { get; init; }
    }

    internal static class Seeker
    {
        public static nint Load() => System.Runtime.InteropServices.NativeLibrary.Load("libc");

        public static Func<int> Resolve(nint address) =>
            System.Runtime.InteropServices.Marshal.GetDelegateForFunctionPointer<Func<int>>(address);

        public static unsafe int Call(nint address) => ((delegate* unmanaged<int>)address)();

        public static unsafe int Fine(nint address) => ((delegate*<int>)address)();
    }
}

namespace Diffah.Tests.Architecture.Sample.Nowhere
{
    internal sealed class Host
    {
        public string Look() => Environment.CurrentDirectory + Directory.GetCurrentDirectory() + Path.GetFullPath("x");

        public string Fine() => Path.GetFullPath("x", "/");

        public void Say() => Console.Error.WriteLine("x");

        [System.Runtime.InteropServices.DllImport("libc")]
        public static extern int getpid();
    }
}
