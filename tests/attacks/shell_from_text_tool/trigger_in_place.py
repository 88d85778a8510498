"""Has Perl become a shell."""

import subprocess

subprocess.run(["bash", "-c", "perl -e 'exec q(/bin/sh), q(-c), q(:)'; :"], check=True)
